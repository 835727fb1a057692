const MBID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const MBID_BYTES = 36;

export const NOT_AN_ID = "no MBID: another kind of document, or another version of the dump";

export function isMbid(id: string | null): boolean {
  return id !== null && MBID.test(id);
}
