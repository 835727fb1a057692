import type { OggProblemKind, OggWalkReport } from "../report.ts";
import { OggWalker } from "../walker.ts";
import { flacPackets, muxPages, opusPackets, type TestStream, vorbisPackets } from "./build-ogg.ts";

export function walk(bytes: Uint8Array, chunkBytes = bytes.length || 1): OggWalkReport {
  const walker = new OggWalker();
  for (let at = 0; at < bytes.length; at += chunkBytes) walker.push(bytes.subarray(at, at + chunkBytes));
  return walker.finish();
}

export function kinds(report: OggWalkReport): OggProblemKind[] {
  return [...new Set(report.problems.map((problem) => problem.kind))];
}

export function vorbis(stream: Partial<TestStream> = {}): Uint8Array {
  const full = { serial: 7, ...stream };
  return Buffer.concat(muxPages(vorbisPackets(full), full));
}

export function opus(stream: Partial<TestStream> & { preSkip?: number } = {}): Uint8Array {
  const full = { serial: 7, ...stream };
  return Buffer.concat(muxPages(opusPackets(full), full));
}

export function flac(stream: Partial<TestStream> & { pictures?: number } = {}): Uint8Array {
  const full = { serial: 7, ...stream };
  return Buffer.concat(muxPages(flacPackets(full), full));
}
