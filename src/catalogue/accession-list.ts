import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, IntegrityError, parseJson } from "../core/index.ts";

/** What the catalogue needs of `accession.json`. */
const accessionSchema = z.object({
  format: z.literal("deadwax-accession/1"),
  id: z.string(),
  source: z.object({ kind: z.string(), name: z.string(), label: z.string(), root: z.string() }),
  started: z.string(),
  tables: z.record(z.string(), z.object({ rows: z.int(), sizeBytes: z.int(), sha256: z.string() })),
});

export type Accession = z.infer<typeof accessionSchema> & { readonly folder: string };

const MAX_BYTES = 16 << 20;

export async function listAccessions(archive: Archive): Promise<Accession[]> {
  const accessions: Accession[] = [];
  for (const name of await readdir(archive.layout.sources)) {
    if (name.startsWith(".")) continue;
    const folder = join(archive.layout.sources, name);
    const json = parseJson(await readFile(join(folder, "accession.json")), MAX_BYTES);
    const parsed = json.ok ? accessionSchema.safeParse(json.value) : null;
    if (!parsed?.success) throw new IntegrityError(`"${folder}" has no valid accession.json`);
    accessions.push({ ...parsed.data, folder });
  }
  return accessions.sort((a, b) => compare(a.started, b.started) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
