import type { Frame } from "node-av/lib";
import { present } from "./engine-error.ts";

const BYTES_PER_SAMPLE = 4;

/** The samples of a mono float frame, without a copy: valid as long as the frame is. */
export function monoSamples(frame: Frame): Float32Array {
  const plane = present(frame.data?.[0], "samples for the features");
  return new Float32Array(
    plane.buffer,
    plane.byteOffset,
    Math.min(frame.nbSamples, plane.length / BYTES_PER_SAMPLE),
  );
}
