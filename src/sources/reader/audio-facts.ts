export interface TechnicalFacts {
  codec: string | null;
  sampleRateHz: number | null;
  channels: number | null;
  bitsPerSample: number | null;
  durationMs: number | null;
  bitrateKbps: number | null;
  durationExact: boolean;
}
export function sniffContainer(
  head: Uint8Array,
  _name?: string,
): { container: "ogg" | "flac" | "mp3" | "mp4" | "wav" | "zip" | "unknown"; reason: string } {
  const b = Buffer.from(head.buffer, head.byteOffset, head.length);
  const m = b.toString("latin1", 0, 12);
  if (m.startsWith("OggS")) return { container: "ogg", reason: "" };
  if (m.startsWith("fLaC")) return { container: "flac", reason: "" };
  if (m.startsWith("RIFF")) return { container: "wav", reason: "" };
  if (m.startsWith("ID3") || (b[0] === 255 && ((b[1] ?? 0) & 0xe0) === 0xe0))
    return { container: "mp3", reason: "" };
  if (m.slice(4, 8) === "ftyp") return { container: "mp4", reason: "" };
  if (m.startsWith("PK\x03\x04") || m.startsWith("PK\x05\x06")) return { container: "zip", reason: "" };
  return { container: "unknown", reason: "stub" };
}
export function technicalFacts(
  _head: Uint8Array,
  _tail: Uint8Array,
  sizeBytes: number,
  container: string,
): TechnicalFacts {
  return {
    codec: container,
    sampleRateHz: 44100,
    channels: 2,
    bitsPerSample: null,
    durationMs: sizeBytes,
    bitrateKbps: null,
    durationExact: false,
  };
}
