import { UsageError } from "../../core/errors.ts";
import type { MemberHead, ThreadFormat } from "../documents/document-format.ts";
import { MUSICBRAINZ_ENTITIES, type MusicBrainzEntity } from "./document-rows.ts";

/** The kinds of document that are read. */
export function musicBrainzFormat(entity: MusicBrainzEntity): ThreadFormat {
  return { name: entity };
}

/**
 * What a member holds: by its name in the dump, else by the names of the first document. Null for members that are no documents
 * (COPYING, signatures) or of kinds that are not read. Throws `UsageError` when a file does not tell.
 */
export function entityOf(
  { file, name, head }: MemberHead,
  asked: MusicBrainzEntity | undefined,
): MusicBrainzEntity | null {
  if (name !== null) {
    const entity = MUSICBRAINZ_ENTITIES.find((known) => name === `mbdump/${known}` || name === known) ?? null;
    return asked === undefined || asked === entity ? entity : null;
  }
  const entity = asked ?? sniffEntity(head);
  if (entity !== null) return entity;
  throw new UsageError(`"${file}" does not look like documents of MusicBrainz`, {
    hint: "say what they are, if they are: --entity release (or recording, artist, label)",
  });
}

function sniffEntity(head: Buffer): MusicBrainzEntity | null {
  for (const line of head.toString("utf8").split("\n").slice(0, 100)) {
    const has = (name: string): boolean => line.includes(`"${name}"`);
    if (has("media") && has("artist-credit")) return "release";
    if (has("label-code") && !has("artist-credit")) return "label";
    if (has("artist-credit") && (has("isrcs") || has("video"))) return "recording";
    if (has("sort-name") && (has("gender") || has("begin-area") || has("isnis"))) return "artist";
  }
  return null;
}
