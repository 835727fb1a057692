import { copyBytes, newBytes, type ViewedBytes } from "../../core/viewed-bytes.ts";
import { JsonFault } from "./json-fault.ts";
import { isSpace, skipNumber, skipPlain, skipSpace, skipText, skipValue, skipWhole } from "./json-syntax.ts";
import { NODE, NODE_INTS, NodeMemory } from "./node-memory.ts";
import type { ObjectPlan, ReadingPlan } from "./reading-plan.ts";
import { unescapeText } from "./unescape-text.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const COLON = 0x3a;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
const TOO_LARGE = "a number that is too large";

/**
 * Reads documents of JSON (RFC 8259) of which the shape is known into nodes: what is not asked for is looked through, checked, and not kept;
 * texts stay where they are. A name that is asked for may be there once only. Whoever gets a `JsonFault` looks at the line in another way.
 */
export class JsonReader {
  readonly nodes = new NodeMemory();
  /** UTF-8, checked. */
  bytes: ViewedBytes = newBytes(0);
  /** Where texts with escapes are put down, behind the documents. */
  #spare = 0;
  #firstSpare = 0;

  /**
   * Reads the document in bytes [from, to) and gives its node, which is good until the next is read. `spare` is a place behind all
   * documents with room for as many bytes as the document has. Throws `JsonFault`.
   */
  read(plan: ReadingPlan, from: number, to: number, spare: number): number {
    this.#spare = spare;
    this.#firstSpare = spare;
    const root = this.nodes.begin();
    let end = this.#value(plan, root, skipSpace(this.bytes, from));
    while (end < to && isSpace(this.bytes.array[end])) end += 1;
    if (end !== to) throw new JsonFault(end);
    return root;
  }

  /** Copies the text of a node behind all texts that were put down, good until the next document. */
  put(node: number): void {
    const { nodes, bytes } = this;
    const from = nodes.first(node);
    const to = nodes.second(node);
    copyBytes(bytes, from, to, bytes, this.#spare);
    this.#spare += to - from;
  }

  /** Where the next text is put down. */
  get spare(): number {
    return this.#spare;
  }

  /** Whether a text of the document was put down. */
  get hasPut(): boolean {
    return this.#spare > this.#firstSpare;
  }

  /** A text as JavaScript has it; null where there is none. */
  text(node: number): string | null {
    return node === 0 ? null : this.decode(this.nodes.first(node), this.nodes.second(node));
  }

  /** The texts of a list, null for those that are; none where there is no list. */
  texts(list: number): (string | null)[] {
    const { nodes } = this;
    const texts: (string | null)[] = [];
    for (let item = nodes.first(list); item !== 0; item = nodes.next(item)) {
      texts.push(nodes.isNull(item) ? null : this.text(item));
    }
    return texts;
  }

  decode(from: number, to: number): string {
    return utf8.decode(this.bytes.array.subarray(from, to));
  }

  /** A whole number; null where there is none. */
  whole(node: number): number | null {
    if (node === 0) return null;
    const { nodes, bytes } = this;
    let at = nodes.first(node);
    const isNegative = bytes.array[at] === MINUS;
    if (isNegative) at += 1;
    let value = 0;
    for (const end = nodes.second(node); at < end; at += 1)
      value = value * 10 + ((bytes.array[at] ?? 0) - ZERO);
    return isNegative ? -value : value;
  }

  /** Any number; null where there is none. */
  real(node: number): number | null {
    return node === 0 ? null : Number(this.text(node));
  }

  #value(plan: ReadingPlan, node: number, at: number): number {
    const first = this.bytes.array[at];
    if (first === LOWER_N) {
      this.nodes.set(node, NODE.null, 0, 0);
      return skipValue(this.bytes, at);
    }
    switch (plan.kind) {
      case "text":
        return first === QUOTE ? this.#text(node, at) : this.#raw(node, at);
      case "object":
        if (first !== LEFT_BRACE) throw new JsonFault(at);
        return this.#object(plan, node, at);
      case "list":
        if (first !== LEFT_BRACKET) throw new JsonFault(at);
        return this.#list(plan.item, node, at);
      case "truth": {
        if (first !== LOWER_T && first !== LOWER_F) throw new JsonFault(at);
        this.nodes.set(node, NODE.truth, first === LOWER_T ? 1 : 0, 0);
        return skipValue(this.bytes, at);
      }
      case "whole":
        return this.#number(node, at, skipWhole(this.bytes, at));
      case "real": {
        const end = this.#number(node, at, skipNumber(this.bytes, at));
        if (!Number.isFinite(this.real(node))) throw new JsonFault(at, TOO_LARGE);
        return end;
      }
    }
  }

  #object(plan: ObjectPlan, node: number, start: number): number {
    const { bytes, nodes } = this;
    const block = nodes.take(plan.members.length, start);
    nodes.set(node, NODE.object, block, plan.members.length);
    let at = skipSpace(bytes, start + 1);
    if (bytes.array[at] === RIGHT_BRACE) return at + 1;
    const { order, names, members } = plan;
    for (let step = 0; ; ) {
      let place: number;
      if (order.isNext(step, bytes, at)) {
        place = order.place(step);
        at += order.length(step);
        step += 1;
      } else {
        const nameEnd = skipText(bytes, at);
        place = names.find(bytes, at + 1, nameEnd - 1);
        // A name with escapes may be one that is asked for.
        if (place < 0 && bytes.array.subarray(at, nameEnd).includes(BACKSLASH)) {
          place = names.find(bytes, this.#spare, unescapeText(bytes.array, at + 1, nameEnd - 1, this.#spare));
        }
        step = order.learn(step, place, bytes, at, nameEnd);
        at = skipSpace(bytes, nameEnd);
        if (bytes.array[at] !== COLON) throw new JsonFault(at);
        at += 1;
      }
      at = skipSpace(bytes, at);
      // An index of -1 would be looked up as a name.
      const member = place < 0 ? undefined : members[place];
      if (member === undefined) at = skipValue(bytes, at);
      else {
        const child = block + place * NODE_INTS;
        if (nodes.kind(child) !== NODE.missing) throw new JsonFault(at, "a name that is there twice");
        const textEnd = member.kind === "text" ? this.#plainText(child, at) : 0;
        at = textEnd > 0 ? textEnd : this.#value(member, child, at);
      }
      at = skipSpace(bytes, at);
      const next = bytes.array[at];
      if (next === RIGHT_BRACE) return at + 1;
      if (next !== COMMA) throw new JsonFault(at);
      at = skipSpace(bytes, at + 1);
    }
  }

  #list(item: ReadingPlan, node: number, start: number): number {
    const { bytes, nodes } = this;
    let at = skipSpace(bytes, start + 1);
    let last = 0;
    let count = 0;
    let first = 0;
    if (bytes.array[at] === RIGHT_BRACKET) at += 1;
    else {
      for (;;) {
        const child = nodes.take(1, at);
        if (last === 0) first = child;
        else nodes.link(last, child);
        last = child;
        count += 1;
        at = skipSpace(bytes, this.#value(item, child, at));
        const next = bytes.array[at];
        at += 1;
        if (next === RIGHT_BRACKET) break;
        if (next !== COMMA) throw new JsonFault(at);
        at = skipSpace(bytes, at);
      }
    }
    nodes.set(node, NODE.list, first, count);
    return at;
  }

  /** Where the text at `at` ends; 0 where there is none, or one with escapes. */
  #plainText(node: number, at: number): number {
    const { bytes } = this;
    if (bytes.array[at] !== QUOTE) return 0;
    const end = skipPlain(bytes, at + 1);
    if (bytes.array[end] !== QUOTE) return 0;
    this.nodes.set(node, NODE.text, at + 1, end);
    return end + 1;
  }

  #text(node: number, at: number): number {
    const plainEnd = this.#plainText(node, at);
    if (plainEnd > 0) return plainEnd;
    const { bytes } = this;
    const end = skipText(bytes, at);
    const spare = this.#spare;
    this.#spare = unescapeText(bytes.array, at + 1, end - 1, spare);
    this.nodes.set(node, NODE.text, spare, this.#spare);
    return end;
  }

  #number(node: number, at: number, end: number): number {
    this.nodes.set(node, NODE.number, at, end);
    return end;
  }

  /** Any other value, as it stands. */
  #raw(node: number, at: number): number {
    const end = skipValue(this.bytes, at);
    this.nodes.set(node, NODE.text, at, end);
    return end;
  }
}
