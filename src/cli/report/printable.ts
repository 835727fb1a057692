/**
 * Makes text from outside (tags, file names, server answers) harmless to a terminal: control characters, escape
 * sequences and characters that turn the writing direction become visible signs. One line in, one line out.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code); // "Control Pictures": ESC is shown as ␛
    if (code === 0x7f) return "␡";
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

/** C0, DEL, C1 (8-bit escape sequences), line separators, and the bidirectional controls that can hide a name's end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is made visible here
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Columns that `text` takes on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (WIDE.test(segment)) width += 2;
    else if (!ZERO_WIDTH.test(segment)) width += 1;
  }
  return width;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^[\u{20000}-\u{3fffd}]/u;
const ZERO_WIDTH = /^[\p{Mark}\u200b-\u200d]+$/u;

/** Cuts `text` to at most `columns`, with `…` at the end when something is missing. */
export function fitToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += displayWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` and spaces up to `columns`. */
export function padToWidth(text: string, columns: number, align: "left" | "right" = "left"): string {
  const padding = " ".repeat(Math.max(0, columns - displayWidth(text)));
  return align === "left" ? text + padding : padding + text;
}
