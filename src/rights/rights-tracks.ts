import { readFile } from "node:fs/promises";
import { z } from "zod";
import { foldText } from "../catalogue/index.ts";
import type { Database } from "../core/index.ts";
import type { OwnedFile } from "./document-index.ts";
import type { ScopedTrack } from "./scope.ts";
import { RIGHTS_TAGS, type RightsTag } from "./tag-statements.ts";

/** A track of the catalogue, with all that can have to do with its rights. */
export interface RightsTrack {
  readonly trackId: bigint;
  readonly title: string;
  readonly artistCredit: string | null;
  readonly albumArtist: string | null;
  readonly composers: readonly string[];
  readonly accession: string;
  readonly tags: readonly RightsTag[];
  readonly scoped: ScopedTrack;
  readonly file: OwnedFile;
}

const text = z.string();
const optionalText = text.nullable();
const rowSchema = z.object({
  track_id: z.bigint(),
  title: text,
  artist_credit: optionalText,
  album_id: z.bigint().nullable(),
  album_folded: optionalText,
  album_artist: optionalText,
  source: text,
  root: text,
  path: text,
  path_b64: optionalText,
  member: optionalText,
  accession: text,
  credits: z.array(z.object({ name: text, folded: text, role: text })).nullable(),
  tags: z.array(z.object({ key: text, value: text })).nullable(),
  owners: z.array(z.object({ package: text, scope_path: text, scope_path_b64: optionalText })).nullable(),
});

/** The tracks of an opened snapshot by id; rows stream. The database gets the table `rights_tag`. */
export async function* rightsTracks(database: Database): AsyncGenerator<RightsTrack> {
  await database.run("drop table if exists rights_tag");
  await database.insert(
    "rights_tag",
    { key: "VARCHAR" },
    RIGHTS_TAGS.map((key) => ({ key })),
  );
  const query = await readFile(new URL("./rights-tracks.sql", import.meta.url), "utf8");
  for await (const row of database.stream(query)) yield rightsTrack(rowSchema.parse(row));
}

/** The bytes of a path: base64 where the name is not plain UTF-8. */
export function pathBytes(path: string, base64: string | null): Buffer {
  return base64 === null ? Buffer.from(path, "utf8") : Buffer.from(base64, "base64");
}

function rightsTrack(row: z.infer<typeof rowSchema>): RightsTrack {
  const credits = row.credits ?? [];
  const albumArtist = row.album_artist === null ? [] : [foldText(row.album_artist)];
  return {
    trackId: row.track_id,
    title: row.title,
    artistCredit: row.artist_credit,
    albumArtist: row.album_artist,
    composers: credits.filter(({ role }) => role === "composer").map(({ name }) => name),
    accession: row.accession,
    tags: row.tags ?? [],
    scoped: {
      trackId: row.track_id,
      albumId: row.album_id,
      albumTitle: row.album_folded,
      mainArtists: credits.filter(({ role }) => role === "main").map(({ folded }) => folded),
      allArtists: [...credits.map(({ folded }) => folded), ...albumArtist],
      source: row.source,
      root: row.root,
      fullPath: row.member === null ? row.path : `${row.path}/${row.member}`,
    },
    file: {
      source: row.source,
      path: pathBytes(row.path, row.path_b64),
      owners: (row.owners ?? []).map((owner) => ({
        package: owner.package,
        scope: pathBytes(owner.scope_path, owner.scope_path_b64),
      })),
    },
  };
}
