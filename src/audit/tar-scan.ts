import { createHash, type Hash } from "node:crypto";
import { type TarEvent, TarReader } from "../formats/tar/reader.ts";
import { MAX_TRACK_JSON_BYTES } from "./shard-segments.ts";

/** A file found in a tar. */
export interface ScannedEntry {
  readonly name: string;
  readonly headerOffset: number;
  readonly dataOffset: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Whole content of a `.json` of bearable size; else null. */
  readonly json: Buffer | null;
}

export interface TarTrouble {
  readonly offsetBytes: number;
  readonly reason: string;
}

/** More entries than this in one shard are not looked at. */
const MAX_ENTRIES = 400_000;

interface OpenEntry {
  readonly event: Extract<TarEvent, { kind: "entry" }>;
  readonly hash: Hash;
  readonly kept: Buffer[] | null;
}

/**
 * Finds out what is in a shard from the shard alone, when there is no index to be trusted. Each entry is handed out when its
 * last byte has gone by; memory holds one JSON at a time.
 */
export class TarScan {
  private readonly reader = new TarReader();
  private readonly onEntry: (entry: ScannedEntry) => void;
  private readonly onTrouble: (trouble: TarTrouble) => void;
  private open: OpenEntry | null = null;
  private offsetBytes = 0;
  private entries = 0;

  constructor(onEntry: (entry: ScannedEntry) => void, onTrouble: (trouble: TarTrouble) => void) {
    this.onEntry = onEntry;
    this.onTrouble = onTrouble;
  }

  update(chunk: Buffer): void {
    const start = this.offsetBytes;
    this.offsetBytes += chunk.length;
    const events = this.reader.push(chunk);
    this.feed(chunk, start);
    for (const event of events) {
      if (event.kind !== "entry") {
        this.report(event);
        continue;
      }
      this.entries += 1;
      if (this.entries === MAX_ENTRIES)
        this.onTrouble({ offsetBytes: event.headerOffset, reason: "too many entries" });
      if (this.entries >= MAX_ENTRIES) continue;
      const isKept = event.name.endsWith(".json") && event.sizeBytes <= MAX_TRACK_JSON_BYTES;
      this.open = { event, hash: createHash("sha256"), kept: isKept ? [] : null };
      this.feed(chunk, start);
    }
  }

  finish(): void {
    for (const event of this.reader.finish()) if (event.kind !== "entry") this.report(event);
    if (this.open !== null) {
      const { dataOffset, name } = this.open.event;
      this.onTrouble({ offsetBytes: dataOffset, reason: `ends within ${JSON.stringify(name)}` });
    }
  }

  /** Gives the open entry its part of the chunk, and closes it at its end. */
  private feed(chunk: Buffer, chunkStart: number): void {
    if (this.open === null) return;
    const { event, hash, kept } = this.open;
    const end = event.dataOffset + event.sizeBytes;
    const part = chunk.subarray(Math.max(0, event.dataOffset - chunkStart), Math.max(0, end - chunkStart));
    hash.update(part);
    kept?.push(Buffer.from(part));
    if (end > chunkStart + chunk.length) return;
    this.open = null;
    this.onEntry({
      name: event.name,
      headerOffset: event.headerOffset,
      dataOffset: event.dataOffset,
      sizeBytes: event.sizeBytes,
      sha256: hash.digest("hex"),
      json: kept ? Buffer.concat(kept) : null,
    });
  }

  private report(event: Exclude<TarEvent, { kind: "entry" }>): void {
    if (event.kind === "failed") this.onTrouble({ offsetBytes: event.offset, reason: event.reason });
    if (event.kind === "refused") {
      this.onTrouble({
        offsetBytes: event.headerOffset,
        reason: `${JSON.stringify(event.name.slice(0, 100))} is refused: ${event.reason}`,
      });
    }
  }
}
