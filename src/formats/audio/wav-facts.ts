import { asciiAt, hasAscii, u32le, u64le } from "./integers.ts";
import type { TechnicalFacts } from "./technical-facts.ts";
import { parseWaveFormat, type WaveFormat, waveSamples } from "./wave-format.ts";

const MAX_CHUNKS = 1000;
const UNKNOWN_SIZE = 0xffff_ffff;

/** Walks the chunks in the head up to `data`, whose size is cut down to what the file can hold. */
export function wavFacts(head: Uint8Array, sizeBytes: number): TechnicalFacts | null {
  if (!hasAscii(head, 8, "WAVE")) return null;
  let format: WaveFormat | null = null;
  let dataSize64: number | null = null;
  let factSamples: number | null = null;
  let at = 12;
  for (let chunks = 0; chunks < MAX_CHUNKS && at + 8 <= head.length; chunks++) {
    const id = asciiAt(head, at, 4);
    const stated = u32le(head, at + 4);
    if (id === "ds64") dataSize64 = u64le(head, at + 16);
    if (id === "fact" && at + 12 <= head.length) factSamples = u32le(head, at + 8);
    if (id === "fmt ") format = parseWaveFormat(head.subarray(at + 8, at + 8 + stated));
    if (id === "data" && format !== null) {
      const claimed = stated === UNKNOWN_SIZE ? dataSize64 : stated;
      const room = Math.max(0, sizeBytes - at - 8);
      const samples = waveSamples(format, Math.min(claimed ?? room, room), factSamples);
      return factsOf(format, samples, claimed !== null && claimed <= room);
    }
    at += 8 + stated + (stated % 2);
  }
  return format === null ? null : factsOf(format, null, false);
}

function factsOf(format: WaveFormat, samples: number | null, isExact: boolean): TechnicalFacts {
  return {
    codec: format.codec,
    sampleRateHz: format.sampleRateHz,
    channels: format.channels,
    bitsPerSample: format.bitsPerSample,
    durationMs: samples === null ? null : Math.round((samples * 1000) / format.sampleRateHz),
    bitrateKbps: format.bytesPerSecond === 0 ? null : Math.round(format.bytesPerSecond * 0.08) / 10,
    durationExact: isExact && samples !== null,
  };
}
