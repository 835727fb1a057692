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
  const folded = foldOnce(text);
  return folded === "" ? collapse(text.normalize("NFC").toLowerCase()).normalize("NFC") : folded;
}

const ACCENTS = /(?![\u3099\u309a])\p{Script=Inherited}/gu;

function foldOnce(text: string): string {
  return collapse(text.normalize("NFKD").replace(ACCENTS, "").toLowerCase()).normalize("NFC");
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
