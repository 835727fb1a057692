import { createInterface } from "node:readline/promises";
import type { Readable } from "node:stream";
import type { Output } from "./report/output.ts";
import { printable } from "./report/printable.ts";

/** Asks for yes or no; anything but a yes, also the end of the input, is a no. */
export async function askYesNo(
  input: Readable,
  output: Output,
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  output.write(`${output.paint("bold", printable(question))} [y/N] `);
  // Not a readline terminal: that would take the keyboard over, and Ctrl-C with it.
  const lines = createInterface({ input, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const answer = await Promise.race([lines.question("", { signal }), ended]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
