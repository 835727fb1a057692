import type { ReleasedTrack } from "../../release/index.ts";

/** Longest file name that every file system takes, in bytes of UTF-8. */
const MAX_NAME_BYTES = 200;

/**
 * A file name for a track in a folder of its own choice: artist, title and id, without what a file system, a shell or a person
 * would stumble over. The id keeps two of one title apart.
 */
export function trackFileName(track: Pick<ReleasedTrack, "artist" | "title" | "trackId" | "ext">): string {
  const said = [track.artist, track.title].filter((text) => text !== null && text.trim() !== "").join(" - ");
  const clean = said
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, "_")
    .replace(/\s+/g, " ")
    .replace(/^[.\s-]+|[.\s]+$/g, "");
  const tail = `${clean === "" ? "" : " "}[${track.trackId}].${track.ext}`;
  return `${cutToBytes(clean, MAX_NAME_BYTES - tail.length)}${tail}`;
}

function cutToBytes(text: string, bytes: number): string {
  let cut = "";
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut.trimEnd();
}
