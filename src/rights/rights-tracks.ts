import { readFile } from "node:fs/promises";
import { z } from "zod";
import { foldText } from "../catalogue/index.ts";
import type { Database } from "../core/index.ts";
import type { Deal } from "./deal-statements.ts";
import type { OwnedFile } from "./document-index.ts";
import { dealsSchema, loadDeals } from "./rights-deals.ts";
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
  readonly deals: readonly Deal[];
  readonly scoped: ScopedTrack;
  readonly file: OwnedFile;
}

const text = z.string();
const optionalText = text.nullable();
const tagList = z.array(z.object({ key: text, value: text }));
const rowSchema = z.object({
  track_id: z.bigint(),
  title: text,
  artist_credit: optionalText,
  album_id: z.bigint().nullable(),
  album_title: optionalText,
  album_artist: optionalText,
  source: text,
  root: text,
  path: text,
  path_b64: optionalText,
  member: optionalText,
  accession: text,
  credits: json(z.array(z.object({ name: text, role: text }))),
  tags: json(tagList),
  deals: json(dealsSchema),
  owners: json(z.array(z.object({ package: text, scope_path: text, scope_path_b64: optionalText }))),
});

const tagRowSchema = z.object({ track_id: z.bigint(), accession: text, tags: json(tagList) });

/** The tracks of an opened snapshot by id; rows stream. The database gets the table `rights_tag`. */
export async function* rightsTracks(database: Database): AsyncGenerator<RightsTrack> {
  // Of what is not held there are no rights to find: the credits of a whole catalogue are not gone through for that.
  if ((await database.rows("select 1 from segment_holding limit 1")).length === 0) return;
  for await (const row of rowsOf(database, "./rights-tracks.sql")) yield rightsTrack(rowSchema.parse(row));
}

/** Only the tags that may speak of rights, by track; tracks without any are left out. */
export async function* rightsTags(
  database: Database,
): AsyncGenerator<Pick<RightsTrack, "trackId" | "accession" | "tags">> {
  for await (const row of rowsOf(database, "./rights-tags.sql")) {
    const { track_id, accession, tags } = tagRowSchema.parse(row);
    yield { trackId: track_id, accession, tags: tags ?? [] };
  }
}

async function* rowsOf(database: Database, file: string): AsyncGenerator<Record<string, unknown>> {
  await database.run("drop table if exists rights_tag");
  if (!(await hasDeals(database))) await loadDeals(database, []);
  await database.insert(
    "rights_tag",
    { key: "VARCHAR" },
    RIGHTS_TAGS.map((key) => ({ key })),
  );
  yield* database.stream(await readFile(new URL(file, import.meta.url), "utf8"));
}

async function hasDeals(database: Database): Promise<boolean> {
  const found = await database.rows("select 1 from duckdb_tables() where table_name = 'rights_deal'");
  return found.length > 0;
}

/** The bytes of a path: base64 where the name is not plain UTF-8. */
export function pathBytes(path: string, base64: string | null): Buffer {
  return base64 === null ? Buffer.from(path, "utf8") : Buffer.from(base64, "base64");
}

function rightsTrack(row: z.infer<typeof rowSchema>): RightsTrack {
  const credits = (row.credits ?? []).map((credit) => ({ ...credit, folded: foldText(credit.name) }));
  const albumArtist = row.album_artist === null ? [] : [foldText(row.album_artist)];
  return {
    trackId: row.track_id,
    title: row.title,
    artistCredit: row.artist_credit,
    albumArtist: row.album_artist,
    composers: credits.filter(({ role }) => role === "composer").map(({ name }) => name),
    accession: row.accession,
    tags: row.tags ?? [],
    deals: row.deals ?? [],
    scoped: {
      trackId: row.track_id,
      albumId: row.album_id,
      albumTitle: row.album_title === null ? null : foldText(row.album_title),
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

function json<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return z
    .string()
    .nullable()
    .transform((value) => (value === null ? null : schema.parse(JSON.parse(value))));
}
