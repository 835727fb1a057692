/** Each character by itself in lower case, as the simple mapping of Unicode has it: without regard to what stands beside it. */
export function simpleLower(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => {
    const lower = character.toLowerCase();
    const [first = character] = lower;
    return first;
  }).join("");
}
