import {
  AV_CH_LAYOUT_5POINT0_BACK,
  AV_CH_LAYOUT_5POINT1_BACK,
  AV_CH_LAYOUT_6POINT1,
  AV_CH_LAYOUT_7POINT1,
  AV_CH_LAYOUT_MONO,
  AV_CH_LAYOUT_QUAD,
  AV_CH_LAYOUT_STEREO,
  AV_CH_LAYOUT_SURROUND,
  AV_CHANNEL_ORDER_NATIVE,
} from "node-av/constants";
import type { ChannelLayout } from "node-av/lib";

export interface AccessLayout {
  /** FFmpeg's name. */
  readonly name: string;
  readonly layout: ChannelLayout;
}

/** By channel count: the layouts of RFC 7845, 5.1.1.2 (mapping families 0 and 1). */
const LAYOUTS: readonly (readonly [name: string, mask: bigint])[] = [
  ["mono", AV_CH_LAYOUT_MONO],
  ["stereo", AV_CH_LAYOUT_STEREO],
  ["3.0", AV_CH_LAYOUT_SURROUND],
  ["quad", AV_CH_LAYOUT_QUAD],
  ["5.0", AV_CH_LAYOUT_5POINT0_BACK],
  ["5.1", AV_CH_LAYOUT_5POINT1_BACK],
  ["6.1", AV_CH_LAYOUT_6POINT1],
  ["7.1", AV_CH_LAYOUT_7POINT1],
];

/** The layout in which a source of so many channels (1–8) is encoded: channels are never mixed down. */
export function accessLayout(channels: number): AccessLayout {
  const [name, mask] = LAYOUTS[channels - 1] ?? ["stereo", AV_CH_LAYOUT_STEREO];
  return { name, layout: { nbChannels: channels, order: AV_CHANNEL_ORDER_NATIVE, mask } };
}

/** The policy's bit rate is for one or two channels; more channels get half of it each. */
export function accessBitrateKbps(policyKbps: number, channels: number): number {
  return Math.round(policyKbps * Math.max(1, channels / 2));
}
