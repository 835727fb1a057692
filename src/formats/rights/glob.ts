/**
 * Matches a `Files` pattern of DEP-5 (section "Files"): `*` stands for any characters, slashes too, `?` for one, and a
 * backslash takes the next `*`, `?` or backslash literally. Time is bounded by pattern × path, whatever the pattern.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const tokens = tokenise(pattern);
  const characters = [...path];
  let token = 0;
  let at = 0;
  // Where to go on when a later token fails: behind the last star, with one more character given to it.
  let starToken = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === STAR) {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && (current === ANY || current === characters[at])) {
      token += 1;
      at += 1;
    } else if (starToken >= 0) {
      starAt += 1;
      at = starAt;
      token = starToken + 1;
    } else return false;
  }
  while (tokens[token] === STAR) token += 1;
  return token === tokens.length;
}

const STAR = Symbol("*");
const ANY = Symbol("?");

function tokenise(pattern: string): (string | symbol)[] {
  const tokens: (string | symbol)[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? "";
    const next = characters[index + 1];
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      tokens.push(next);
      index += 1;
    } else if (character === "*") {
      if (tokens.at(-1) !== STAR) tokens.push(STAR);
    } else tokens.push(character === "?" ? ANY : character);
  }
  return tokens;
}
