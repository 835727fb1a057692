import type { XmlElement } from "./xml-element.ts";
import type { XmlLimits } from "./xml-limits.ts";

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
  readonly children: XmlElement[];
}

const ELEMENT_COST_CHARS = 64;

/** Puts one record together from the events of the parser, within the limits. Beyond them it holds nothing any more. */
export class RecordBuilder {
  readonly #limits: XmlLimits;
  readonly #skipped: ReadonlySet<string>;
  #open: OpenElement[] = [];
  /** How many elements are open inside what is skipped, that one counted. */
  #skipDepth = 0;
  #sizeChars = 0;
  #root: XmlElement | null = null;
  #refusal: string | null = null;

  constructor(limits: XmlLimits, skipped: ReadonlySet<string>) {
    this.#limits = limits;
    this.#skipped = skipped;
  }

  get refusal(): string | null {
    return this.#refusal;
  }

  get element(): XmlElement | null {
    return this.#root;
  }

  refuse(reason: string): void {
    this.#refusal ??= reason;
    this.#open = [];
    this.#root = null;
  }

  openElement(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#refusal !== null) return;
    if (this.#skipDepth > 0 || this.#skipped.has(name)) {
      this.#skipDepth += 1;
      return;
    }
    if (this.#open.length >= this.#limits.maxDepth) {
      this.refuse(`elements nested deeper than ${this.#limits.maxDepth}`);
      return;
    }
    this.#count(name.length + ELEMENT_COST_CHARS);
    for (const key in attributes) this.#count(key.length + (attributes[key] ?? "").length);
    if (this.#refusal !== null) return;
    this.#open.push({ name, attributes, text: "", children: [] });
  }

  addText(text: string): void {
    if (this.#refusal !== null || this.#skipDepth > 0) return;
    const current = this.#open.at(-1);
    if (current === undefined) return;
    this.#count(text.length);
    if (current.text.length + text.length > this.#limits.maxTextChars) {
      this.refuse(`<${current.name}> has more than ${this.#limits.maxTextChars} characters of text`);
    } else current.text += text;
  }

  closeElement(): void {
    if (this.#refusal !== null) return;
    if (this.#skipDepth > 0) {
      this.#skipDepth -= 1;
      return;
    }
    const closed = this.#open.pop();
    if (closed === undefined) return;
    closed.text = closed.text.trim();
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = closed;
    else parent.children.push(closed);
  }

  #count(chars: number): void {
    this.#sizeChars += chars;
    if (this.#sizeChars > this.#limits.maxRecordChars) {
      this.refuse(`a record of more than ${this.#limits.maxRecordChars} characters`);
    }
  }
}
