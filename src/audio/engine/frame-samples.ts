import type { Frame } from "node-av/lib";
import { present } from "./engine-error.ts";

const BYTES_PER_SAMPLE = 4;
const BYTES_PER_DOUBLE = 8;

/** The samples of a mono float frame, without a copy: valid as long as the frame is. */
export function monoSamples(frame: Frame): Float32Array {
  const plane = present(frame.data?.[0], "samples for the features");
  return new Float32Array(
    plane.buffer,
    plane.byteOffset,
    Math.min(frame.nbSamples, plane.length / BYTES_PER_SAMPLE),
  );
}

/** The samples of an interleaved double frame, without a copy: valid as long as the frame is. */
export function interleavedSamples(frame: Frame, channels: number): Float64Array {
  const plane = present(frame.data?.[0], "samples for the condition of the signal");
  const samples = Math.min(frame.nbSamples * channels, Math.floor(plane.length / BYTES_PER_DOUBLE));
  return new Float64Array(plane.buffer, plane.byteOffset, samples);
}
