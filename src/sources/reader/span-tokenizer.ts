import {
  AbstractTokenizer,
  EndOfStreamError,
  type IRandomAccessFileInfo,
  type IRandomAccessTokenizer,
  type IReadChunkOptions,
} from "strtok3";
import type { ByteSpan } from "./byte-span.ts";

const WINDOW_BYTES = 65_536;

/** The tag reader has been given as many bytes as one file may cost. */
export class TagBudgetError extends Error {}

/**
 * What music-metadata reads through: random access to a span, with a limit on all bytes that it is given together, so
 * that a file whose headers lie about sizes costs no more than that.
 */
export class SpanTokenizer extends AbstractTokenizer implements IRandomAccessTokenizer {
  readonly fileInfo: IRandomAccessFileInfo;
  readonly #span: ByteSpan;
  #budgetBytes: number;
  #window: Buffer;
  #windowStart = 0;

  /** `head` is what is known of the start already: most tags are in there. */
  constructor(span: ByteSpan, head: Buffer, mimeType: string, budgetBytes: number) {
    super({ maxBufferSize: budgetBytes });
    this.fileInfo = { size: span.sizeBytes, mimeType };
    this.#span = span;
    this.#budgetBytes = budgetBytes;
    this.#window = head;
  }

  async readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    const bytes = this.#fill(target, length, position, mayBeLess === true);
    this.position = position + bytes;
    return bytes;
  }

  async peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    return this.#fill(target, length, position, mayBeLess === true);
  }

  supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.validateLength(position, "position");
    this.position = position;
  }

  #fill(target: Uint8Array, length: number, position: number, mayBeLess: boolean): number {
    this.#budgetBytes -= length;
    if (this.#budgetBytes < 0) throw new TagBudgetError("the tags take more bytes than a file may cost");
    const bytes = this.#read(target.subarray(0, length), position);
    if (bytes < length && !mayBeLess) throw new EndOfStreamError();
    return bytes;
  }

  #read(target: Uint8Array, position: number): number {
    if (target.length > WINDOW_BYTES) return this.#span.read(target, position);
    const end = Math.min(position + target.length, this.#span.sizeBytes);
    if (position >= end) return 0;
    if (position < this.#windowStart || end > this.#windowStart + this.#window.length) {
      if (!this.#slide(position)) return this.#span.read(target, position);
    }
    const from = position - this.#windowStart;
    const part = this.#window.subarray(from, from + target.length);
    target.set(part);
    return part.length;
  }

  /** False when a whole window cannot be had there. */
  #slide(position: number): boolean {
    const window = Buffer.allocUnsafe(WINDOW_BYTES);
    try {
      this.#window = window.subarray(0, this.#span.read(window, position));
      this.#windowStart = position;
      return true;
    } catch {
      return false;
    }
  }
}
