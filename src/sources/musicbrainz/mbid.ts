import { isUuid } from "../../formats/identifiers/mbid.ts";

export const MBID_BYTES = 36;

export const NOT_AN_ID = "no MBID: another kind of document, or another version of the dump";

export function isMbid(id: string | null): boolean {
  return id !== null && isUuid(id);
}
