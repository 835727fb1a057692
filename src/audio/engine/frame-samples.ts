import type { Frame } from "node-av/lib";
import { present } from "./engine-error.ts";

const BYTES_PER_SAMPLE = 4;

/** The samples of each channel of a planar float frame, without a copy: valid as long as the frame is. */
export function channelSamples(frame: Frame, channels: number): readonly Float32Array[] {
  const planes = present(frame.data, "samples of a frame");
  return Array.from({ length: channels }, (_, channel) => {
    const plane = present(planes[channel], "samples of a channel");
    const samples = Math.min(frame.nbSamples, Math.floor(plane.length / BYTES_PER_SAMPLE));
    return new Float32Array(plane.buffer, plane.byteOffset, samples);
  });
}
