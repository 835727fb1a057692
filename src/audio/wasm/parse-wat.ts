/** A word, or a list in brackets. */
export type WatNode = string | WatList;
export type WatList = readonly WatNode[];

/** The lists of a text in brackets; `;;` begins a comment. Throws `SyntaxError` when the brackets do not match. */
export function parseWat(source: string): WatList {
  const words = source.replaceAll(/;;.*/g, "").match(/[()]|[^\s()]+/g) ?? [];
  const outermost: WatNode[] = [];
  const open: WatNode[][] = [outermost];
  for (const word of words) {
    if (word === "(") {
      const list: WatNode[] = [];
      open.at(-1)?.push(list);
      open.push(list);
    } else if (word === ")") {
      if (open.length === 1) throw new SyntaxError("a bracket too many");
      open.pop();
    } else open.at(-1)?.push(word);
  }
  if (open.length !== 1) throw new SyntaxError("a bracket is missing");
  return outermost;
}
