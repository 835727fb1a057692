import { accept, type IdentifierResult, MAX_IDENTIFIER_CHARS, refuse } from "./result.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL = "00000000-0000-0000-0000-000000000000";

/** A UUID with its hyphens, in whatever case. RFC 9562, 4. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A MusicBrainz identifier: a UUID of any version, in lower case with its hyphens. RFC 9562, 4. */
export function parseMbid(raw: string): IdentifierResult<string> {
  if (raw.length > MAX_IDENTIFIER_CHARS) return refuse("too long");
  const plain = raw.trim().toLowerCase();
  if (plain === "") return refuse("empty");
  if (!isUuid(plain)) return refuse("not a UUID with its hyphens");
  if (plain === NIL) return refuse("the nil UUID: a placeholder");
  return accept(plain);
}
