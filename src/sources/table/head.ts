import { splitterOf } from "../documents/splitter-of.ts";
import { spareBytes } from "../documents/turn-lines.ts";
import type { RecordInput } from "../facts/record-input.ts";
import { sniffCompression } from "../lines/compression.ts";
import { InputFault } from "../lines/input-fault.ts";
import { unpacked } from "../lines/unpack.ts";
import { recordForm, type TextShape } from "./table-file.ts";

const HEAD_BYTES = 1 << 20;

/** The beginning of a table, to be looked at. */
export interface TableSample {
  readonly shape: TextShape;
  readonly lines: HeadLines;
}

/** Whole lines or records. */
export class HeadLines {
  readonly #lines: Buffer;

  constructor(lines: Buffer) {
    this.#lines = lines;
  }

  /** What a turner takes, in memory of its own. */
  memory(): [memory: Uint8Array, sizeBytes: number] {
    const { length } = this.#lines;
    const memory = new Uint8Array(length + spareBytes(length));
    memory.set(this.#lines);
    return [memory, length];
  }
}

/** The first bytes of what is in a file, a MiB of them at most. */
export async function unpackedHead(input: RecordInput): Promise<Buffer> {
  const packed = await input.head(HEAD_BYTES);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of unpacked(once(packed), sniffCompression(packed))) {
      chunks.push(Buffer.from(chunk));
      sizeBytes += chunk.length;
      if (sizeBytes >= HEAD_BYTES) break;
    }
  } catch (error) {
    // It was cut here, where only the beginning was taken.
    if (!(error instanceof InputFault)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}

/** The whole lines of a head that are fit to be read. */
export function linesOf(head: Buffer, { reader }: TextShape): HeadLines {
  const isAll = head.length < HEAD_BYTES;
  const splitter = splitterOf(
    reader.kind === "csv" ? recordForm(reader) : null,
    true,
    Number.MAX_SAFE_INTEGER,
  );
  const lines: Buffer[] = [];
  for (const events of [splitter.push(head), splitter.finish(!isAll)]) {
    for (const event of events) if (event.kind === "lines") lines.push(Buffer.from(event.bytes));
  }
  return new HeadLines(Buffer.concat(lines));
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
