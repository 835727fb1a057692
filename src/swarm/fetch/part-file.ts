import { type FileHandle, open, readFile, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { systemErrorCode, writeFileAtomic } from "../../core/index.ts";
import type { Block } from "./block-ledger.ts";

const stateSchema = z.object({
  format: z.literal("deadwax-part/1"),
  /** Of what this is a part: another key, and it begins anew. */
  key: z.string(),
  /** A bit for each block, most significant first: 1 when its bytes are on disk. */
  blocks: z.base64(),
});

/** How much may be lost to a kill: state is written when so many bytes came since it was last written. */
const STATE_EVERY_BYTES = 8 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const MAX_STATE_BYTES = 16 * 1024 * 1024;

export interface PartFileOptions {
  /** `<path>` grows to the stretch; `<path>.json` says what of it is there. */
  readonly path: string;
  readonly key: string;
  /** The stretch of the stream that is kept. */
  readonly startBytes: number;
  readonly endBytes: number;
  readonly blocks: readonly Block[];
}

/**
 * A stretch that comes in pieces, on disk. A block is said to be there only after its bytes are synced, so that a run that was
 * killed goes on from what is really there. Of blocks at the edges the bytes outside the stretch are kept in memory, for their proof.
 */
export class PartFile {
  /** Blocks that an earlier run left. */
  readonly kept: readonly number[];
  private readonly options: PartFileOptions;
  private readonly file: FileHandle;
  private readonly bits: Buffer;
  private readonly edges = new Map<number, Buffer>();
  private unsavedBytes = 0;
  private saving: Promise<void> = Promise.resolve();

  private constructor(options: PartFileOptions, file: FileHandle, bits: Buffer) {
    this.options = options;
    this.file = file;
    this.bits = bits;
    this.kept = options.blocks.filter(({ index }) => isSet(bits, index)).map(({ index }) => index);
  }

  static async open(options: PartFileOptions): Promise<PartFile> {
    const bits = await readBits(options);
    const file = await open(options.path, bits ? "r+" : "w+", 0o644);
    return new PartFile(options, file, bits ?? Buffer.alloc(Math.ceil(options.blocks.length / 8)));
  }

  async keep(block: Block, bytes: Buffer): Promise<void> {
    const { startBytes, endBytes } = this.options;
    const from = Math.max(0, startBytes - block.offsetBytes);
    const to = Math.min(bytes.length, endBytes - block.offsetBytes);
    const isEdge = from > 0 || to < bytes.length;
    if (isEdge) this.edges.set(block.index, Buffer.from(bytes));
    let position = block.offsetBytes + from - startBytes;
    for (let rest = bytes.subarray(from, to); rest.length > 0; ) {
      const { bytesWritten } = await this.file.write(rest, 0, rest.length, position);
      rest = rest.subarray(bytesWritten);
      position += bytesWritten;
    }
    // An edge cannot be proved without what is in memory only.
    if (!isEdge) setBit(this.bits, block.index);
    this.unsavedBytes += bytes.length;
    if (this.unsavedBytes >= STATE_EVERY_BYTES) await this.save();
  }

  /** The block is wrong and counts as missing. */
  forget(index: number): void {
    clearBit(this.bits, index);
    this.edges.delete(index);
  }

  /** All bytes of a block that is there. */
  async read(block: Block): Promise<Buffer> {
    const edge = this.edges.get(block.index);
    if (edge) return edge;
    const bytes = Buffer.alloc(block.lengthBytes);
    await this.file.read(bytes, 0, bytes.length, block.offsetBytes - this.options.startBytes);
    return bytes;
  }

  /** The whole stretch, in chunks of a buffer that is used again. */
  async *chunks(): AsyncGenerator<Buffer> {
    const sizeBytes = this.options.endBytes - this.options.startBytes;
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let position = 0; position < sizeBytes; ) {
      let filled = 0;
      while (filled < Math.min(CHUNK_BYTES, sizeBytes - position)) {
        const wanted = Math.min(CHUNK_BYTES, sizeBytes - position) - filled;
        const { bytesRead } = await this.file.read(buffer, filled, wanted, position + filled);
        if (bytesRead === 0) return;
        filled += bytesRead;
      }
      yield buffer.subarray(0, filled);
      position += filled;
    }
  }

  /** Syncs the bytes, then says on disk that they are there. */
  save(): Promise<void> {
    this.unsavedBytes = 0;
    this.saving = this.saving.then(async () => {
      const { path, key } = this.options;
      const blocks = Buffer.from(this.bits).toString("base64");
      await this.file.sync();
      await writeFileAtomic(`${path}.json`, `${JSON.stringify({ format: "deadwax-part/1", key, blocks })}\n`);
    });
    return this.saving;
  }

  /** Closes it; `isDone`: the bytes are synced and only what is said of them goes. */
  async close(isDone: boolean): Promise<void> {
    if (isDone) await this.file.sync();
    else await this.save();
    await this.file.close();
    if (isDone) await rm(`${this.options.path}.json`, { force: true });
  }
}

async function readBits({ path, key, blocks }: PartFileOptions): Promise<Buffer | null> {
  try {
    const text = await readFile(`${path}.json`);
    if (text.length > MAX_STATE_BYTES) return null;
    const state = stateSchema.safeParse(JSON.parse(text.toString("utf8")));
    if (!state.success || state.data.key !== key) return null;
    const bits = Buffer.from(state.data.blocks, "base64");
    if (!(await stat(path)).isFile()) return null;
    return bits.length === Math.ceil(blocks.length / 8) ? bits : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function isSet(bits: Buffer, index: number): boolean {
  return (((bits[index >>> 3] ?? 0) >>> (7 - (index & 7))) & 1) === 1;
}

function setBit(bits: Buffer, index: number): void {
  bits[index >>> 3] = (bits[index >>> 3] ?? 0) | (0x80 >>> (index & 7));
}

function clearBit(bits: Buffer, index: number): void {
  bits[index >>> 3] = (bits[index >>> 3] ?? 0) & ~(0x80 >>> (index & 7));
}
