import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
/** Of one object; what comes behind is read without being expected. */
const MAX_MEMBERS = 64;
/** Longer names are not expected: they would be kept. */
const MAX_NAME_BYTES = 64;

interface Expected {
  /** A name with its quotes and the colon. */
  readonly text: ViewedBytes;
  /** The place of the member, -1 for one that is not asked for. */
  readonly place: number;
}

/** The members of the objects of one kind, in the order in which they stood: a name that is expected need not be looked for. */
export class MemberOrder {
  readonly #expected: Expected[] = [];

  /** Whether the name at `at` and its colon, without a space, are those that are expected at this step. */
  isNext(step: number, bytes: ViewedBytes, at: number): boolean {
    const expected = this.#expected[step];
    return expected !== undefined && startsWith(bytes, at, expected.text);
  }

  /** Bytes of the name that is expected at this step, with quotes and colon. */
  length(step: number): number {
    return this.#expected[step]?.text.array.length ?? 0;
  }

  place(step: number): number {
    return this.#expected[step]?.place ?? -1;
  }

  /**
   * Another name than expected stood there, in bytes [from, to) with its quotes. Gives the step that comes next: the one behind this name, or the
   * same for a name that was never seen.
   */
  learn(step: number, place: number, { array }: ViewedBytes, from: number, to: number): number {
    const isNew = step === this.#expected.length && step < MAX_MEMBERS;
    if (isNew && to - from <= MAX_NAME_BYTES && array[to] === COLON) {
      this.#expected.push({ text: viewedBytes(Buffer.from(array.subarray(from, to + 1))), place });
      return step + 1;
    }
    const known = place < 0 ? -1 : this.#expected.findIndex((expected) => expected.place === place);
    return known < 0 ? step : known + 1;
  }
}

function startsWith(bytes: ViewedBytes, from: number, text: ViewedBytes): boolean {
  const { length } = text.array;
  if (bytes.array[from] !== QUOTE || from + length > bytes.array.length) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (bytes.view.getInt32(from + at) !== text.view.getInt32(at)) return false;
  for (; at < length; at += 1) if (bytes.array[from + at] !== text.array[at]) return false;
  return true;
}
