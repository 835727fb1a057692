/** What an attribution is made of; what is not known is null and left out. */
export interface AttributionParts {
  readonly title: string;
  readonly author: string | null;
  /** Where the work was published: an address, or the name of a package. Never a path of this machine. */
  readonly source: string | null;
  readonly licence: string;
  readonly licenceUri: string | null;
}

/**
 * The credit that a licence with an attribution condition asks for: title, author, source, licence, changes (Creative
 * Commons 4.0, section 3(a)(1)). It is true of originals, which are unchanged, and of access copies.
 */
export function composeAttribution({ title, author, source, licence, licenceUri }: AttributionParts): string {
  const by = author === null ? "" : ` by ${oneLine(author)}`;
  const from = source === null ? "" : ` Source: ${oneLine(source)}.`;
  const uri = licenceUri === null ? "" : ` (${licenceUri})`;
  return `"${oneLine(title)}"${by}.${from} Licence: ${licence}${uri}. Changes: none; an access copy is re-encoded as Opus.`;
}

const MAX_PART_CHARS = 500;

function oneLine(text: string): string {
  // Addresses of people are for writing to them, not for spreading with every copy.
  const line = text
    .replace(/<[^<>]*@[^<>]*>/g, "")
    .replace(/\s+/gu, " ")
    .replace(/ ([;,])/g, "$1")
    .trim()
    .replace(/\.$/, "");
  return line.length > MAX_PART_CHARS ? `${line.slice(0, MAX_PART_CHARS).toWellFormed()}…` : line;
}
