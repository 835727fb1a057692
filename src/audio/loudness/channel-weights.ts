import {
  AV_CH_BACK_CENTER,
  AV_CH_BACK_LEFT,
  AV_CH_BACK_RIGHT,
  AV_CH_LOW_FREQUENCY,
  AV_CH_SIDE_LEFT,
  AV_CH_SIDE_RIGHT,
} from "node-av/constants";

const SURROUND: bigint =
  AV_CH_BACK_LEFT | AV_CH_BACK_RIGHT | AV_CH_BACK_CENTER | AV_CH_SIDE_LEFT | AV_CH_SIDE_RIGHT;

/** What each channel counts for in the loudness (ITU-R BS.1770-5, annex 1, table 3), in the order of the bits of `mask`. */
export function channelWeights(mask: bigint, channels: number): readonly number[] {
  const bits = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((bit) => (mask & bit) !== 0n);
  return Array.from({ length: channels }, (_, index) => {
    const channel = bits[index] ?? 0n;
    if (channel === AV_CH_LOW_FREQUENCY) return 0;
    return (channel & SURROUND) === 0n ? 1 : 1.41;
  });
}
