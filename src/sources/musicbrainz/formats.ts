import { readFile } from "node:fs/promises";
import { UsageError } from "../../core/errors.ts";
import type { DocumentFormat, MemberHead } from "../documents/document-format.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { NAMED_FIELDS, RECORDING_FIELDS, RELEASE_FIELDS } from "./documents.ts";

export const MUSICBRAINZ_ENTITIES = ["release", "recording", "artist", "label"] as const;
export type MusicBrainzEntity = (typeof MUSICBRAINZ_ENTITIES)[number];

export type MusicBrainzFormats = Readonly<Record<MusicBrainzEntity, DocumentFormat>>;

const NOT_AN_ID =
  "when not is_mbid(id) then 'no MBID: another kind of document, or another version of the dump'";

/**
 * Tracks that are counted and not there: a document fetched without them, or of another version. Lists of truths: filtering the
 * tracks themselves would copy them.
 */
const RELEASE_REFUSAL = `case ${NOT_AN_ID}
  when title is null then 'a release without a title'
  when media is null then 'a release without media: another version of the dump'
  when list_contains([m.tracks is null and m."track-count" > 0 for m in media], true)
    then 'media with a count of tracks and no tracks'
  when list_contains([
    list_contains([not is_mbid_sized(t.id) or not is_mbid_sized(t.recording.id) for t in m.tracks], true)
      or (m.pregap is not null and not (is_mbid_sized(m.pregap.id) and is_mbid_sized(m.pregap.recording.id)))
    for m in media], true)
    then 'a track without its MBID or its recording'
  end`;
const RECORDING_REFUSAL = `case ${NOT_AN_ID}
  when title is null then 'a recording without a title'
  when "artist-credit" is null then 'a recording without a credit: another version of the dump'
  end`;
const NAMED_REFUSAL = `case ${NOT_AN_ID}
  when name is null or "sort-name" is null then 'no name or no sort name: another version of the dump'
  end`;

/** The kinds of document that are read, with their SQL. */
export async function musicBrainzFormats(): Promise<MusicBrainzFormats> {
  const supplements = await sql("own-supplements");
  const own = (entity: string): string => supplements.replace("$entity", `'${entity}'`);
  return {
    release: {
      name: "release",
      fields: RELEASE_FIELDS,
      refusal: RELEASE_REFUSAL,
      prepare: await sql("release-prepare"),
      queries: {
        tracks: completeQuery("tracks", await sql("release-tracks")),
        releases: completeQuery("releases", await sql("releases")),
        artists: await sql("release-artists"),
        labels: await sql("release-labels"),
        supplements: await sql("release-supplements"),
      },
      tables: ["tracks", "releases"],
    },
    recording: {
      name: "recording",
      fields: RECORDING_FIELDS,
      refusal: RECORDING_REFUSAL,
      queries: {
        tracks: completeQuery("tracks", await sql("recording-tracks")),
        artists: await sql("recording-artists"),
        supplements: own("recording"),
      },
      tables: ["tracks"],
    },
    artist: {
      name: "artist",
      fields: NAMED_FIELDS,
      refusal: NAMED_REFUSAL,
      queries: { artists: await sql("named-artists"), supplements: own("artist") },
    },
    label: {
      name: "label",
      fields: NAMED_FIELDS,
      refusal: NAMED_REFUSAL,
      queries: { labels: await sql("named-labels"), supplements: own("label") },
    },
  };
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

function sql(name: string): Promise<string> {
  return readFile(new URL(`./${name}.sql`, import.meta.url), "utf8");
}
