/** A piece of text, with the place of its first byte in the input. */
export interface TextChunk {
  readonly text: string;
  readonly offsetBytes: number;
  /** Not UTF-8 somewhere: U+FFFD stands for what could not be read. */
  readonly isDamaged: boolean;
}

const CHARACTER_MAX_BYTES = 4;

/** Decodes UTF-8 piece by piece. A byte order mark is left out; characters are never torn apart. */
export class Utf8Chunks {
  readonly #strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #lenient = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest: Uint8Array = new Uint8Array(0);
  #offsetBytes = 0;

  decode(bytes: Uint8Array, isLast: boolean): TextChunk {
    const whole = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = isLast ? whole.length : wholeCharacters(whole);
    const chunk = whole.subarray(0, end);
    this.#rest = whole.slice(end);
    const skipped = this.#offsetBytes === 0 && hasMark(chunk) ? 3 : 0;
    const offsetBytes = this.#offsetBytes + skipped;
    this.#offsetBytes += end;
    const content = chunk.subarray(skipped);
    try {
      return { text: this.#strict.decode(content), offsetBytes, isDamaged: false };
    } catch {
      return { text: this.#lenient.decode(content), offsetBytes, isDamaged: true };
    }
  }
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** How many bytes are left when a character that goes on in the next piece is taken off the end. */
function wholeCharacters(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - CHARACTER_MAX_BYTES + 1);
  for (let index = bytes.length - 1; index >= from; index -= 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return index + length > bytes.length ? index : bytes.length;
    }
  }
  return bytes.length;
}
