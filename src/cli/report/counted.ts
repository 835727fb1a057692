/** `1 track`, `2 tracks`: for nouns that take an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
