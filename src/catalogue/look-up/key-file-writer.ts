import { FailedError } from "../../core/index.ts";
import { IndexFileWriter } from "./index-file-writer.ts";
import type { PayloadBytes } from "./key-file.ts";

/** Some entries in order: as many payloads as keys, or none when the file has none. */
export interface KeyChunk {
  readonly keys: BigUint64Array;
  readonly payloads?: BigUint64Array;
}

export interface WriteKeyFileOptions {
  readonly path: string;
  readonly payloadBytes: PayloadBytes;
  /** 32 bytes that say what the entries were made from. */
  readonly source: Uint8Array;
  /** Entries by ascending key. */
  readonly chunks: Iterable<KeyChunk> | AsyncIterable<KeyChunk>;
  readonly onChunk?: (entries: number) => void;
}

/** Writes a key file from entries that are sorted already; gives their number. A few megabytes of memory. */
export async function writeKeyFile(options: WriteKeyFileOptions): Promise<number> {
  const { path, payloadBytes, source, chunks } = options;
  const writer = new IndexFileWriter(path);
  let count = 0;
  let last = -1n;
  for await (const { keys, payloads } of chunks) {
    for (const [index, key] of [keys[0], keys.at(-1)].entries()) {
      if (key === undefined) continue;
      if (key < last) throw new FailedError(`the entries of "${path}" are not sorted (${index})`);
      last = key;
    }
    writer.append(entryBytes(keys, payloads, payloadBytes));
    count += keys.length;
    options.onChunk?.(keys.length);
  }
  await writer.publish({ kind: "keys", parameter: payloadBytes, count, tableOffset: 0, source });
  return count;
}

/** Typed arrays are little-endian on every machine that Node runs on, as the format is. */
function entryBytes(
  keys: BigUint64Array,
  payloads: BigUint64Array | undefined,
  payloadBytes: PayloadBytes,
): Uint8Array {
  const keyWords = new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2);
  if (payloadBytes === 0 || !payloads)
    return new Uint8Array(keyWords.buffer, keyWords.byteOffset, keyWords.byteLength);
  const payloadWords = new Uint32Array(payloads.buffer, payloads.byteOffset, payloads.length * 2);
  const words = payloadBytes / 4;
  const entries = new Uint32Array(keys.length * (2 + words));
  let at = 0;
  for (let index = 0; index < keyWords.length; index += 2) {
    entries[at] = keyWords[index] ?? 0;
    entries[at + 1] = keyWords[index + 1] ?? 0;
    entries[at + 2] = payloadWords[index] ?? 0;
    if (words === 2) entries[at + 3] = payloadWords[index + 1] ?? 0;
    at += 2 + words;
  }
  return new Uint8Array(entries.buffer);
}
