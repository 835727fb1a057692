import { newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";

const MAX_UNIT_BYTES = 3;
/** Up to this length a loop is faster than a call. */
const SHORT_TEXT = 96;

/** The UTF-8 of a text, in memory that is used again: good until the next text. */
export class TextBytes {
  bytes: ViewedBytes = newBytes(1 << 12);
  length = 0;

  /** Puts a text down, half of a pair of surrogates as U+FFFD. */
  set(text: string): void {
    const { length } = text;
    if (MAX_UNIT_BYTES * length > this.bytes.array.length) this.bytes = newBytes(2 * MAX_UNIT_BYTES * length);
    const { array } = this.bytes;
    let at = 0;
    if (length <= SHORT_TEXT) {
      for (; at < length; at += 1) {
        const unit = text.charCodeAt(at);
        if (unit > 0x7f) break;
        array[at] = unit;
      }
    }
    this.length = at === length ? length : utf8.encodeInto(text, array).written;
  }
}

const utf8 = new TextEncoder();
