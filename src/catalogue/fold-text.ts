/**
 * The form of a name under which it is compared and looked up: compatibility decomposition (NFKD), no accents, lower
 * case, runs of white space as one space, composed again (NFC).
 *
 * Accents are the marks that belong to no script of their own (Unicode `Script=Inherited`). Vowel signs of Devanagari,
 * Thai or Hebrew are part of the word and stay, and so do the voicing marks of kana: か and が are two letters.
 *
 * @example foldText("  Sigur  RÓS ") // "sigur ros"
 */
export function foldText(text: string): string {
  const folded = NOT_LATIN.test(text) ? foldOnce(text) : foldLatin(text);
  return folded === "" ? collapse(text.normalize("NFC").toLowerCase()).normalize("NFC") : folded;
}

const ACCENTS = /(?![\u3099\u309a])\p{Script=Inherited}/gu;

/** Up to here letters are Latin, and each folds by itself: none of them is a mark, and of what is left none composes with another. */
const LATIN_END = 0x250;
const NOT_LATIN = /[^\0-\u024f]/;
const LATIN = Array.from({ length: LATIN_END }, (_, code) =>
  unmark(String.fromCharCode(code)).replace(/\s/gu, " "),
);

/** What `foldOnce` gives, in a quarter of the time. */
function foldLatin(text: string): string {
  let folded = "";
  for (let at = 0; at < text.length; at += 1) folded += LATIN[text.charCodeAt(at)] ?? "";
  return folded.replace(/ {2,}/g, " ").trim();
}

function foldOnce(text: string): string {
  return collapse(unmark(text)).normalize("NFC");
}

function unmark(text: string): string {
  return text.normalize("NFKD").replace(ACCENTS, "").toLowerCase();
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
