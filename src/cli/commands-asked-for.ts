/** Options of the program that have a value, which may stand before the words of a command; with one that is missing here all are loaded. */
const WITH_VALUE: ReadonlySet<string> = new Set(["--archive", "--workers"]);

/**
 * Names of the commands that a command line may be about: the one that it names, with those whose names begin with its own, or all, where it
 * names none or asks for help on several.
 */
export function commandsAskedFor(words: readonly string[], names: readonly string[]): readonly string[] {
  const said = plainWords(words);
  const named = names.filter((name) => name.split(" ").every((word, at) => said[at] === word));
  const longest = named.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? names : names.filter((name) => `${name} `.startsWith(`${longest} `));
}

function plainWords(words: readonly string[]): readonly string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (WITH_VALUE.has(word)) at += 1;
    else if (!word.startsWith("-")) plain.push(word);
  }
  return plain;
}
