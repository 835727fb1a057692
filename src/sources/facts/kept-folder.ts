import { createHash } from "node:crypto";
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Archive } from "../../core/archive.ts";
import { ensureFolder } from "../../core/atomic-file.ts";
import { DEADWAX_VERSION } from "../../core/version.ts";
import type { Accession } from "../accession/accession.ts";
import type { RecordInput } from "./record-input.ts";

const PREFIX = "parts-";

export interface KeptFolder {
  readonly folder: string;
  /** What was kept is of no more use. */
  remove(): Promise<void>;
}

/**
 * The scratch folder that belongs to these files, this source and this version of the program. What an earlier run kept of other
 * files of the source is removed: only the last try can be taken up. `instead` names a folder for a run that keeps nothing.
 */
export async function keptFolder(
  archive: Archive,
  source: Accession["source"],
  inputs: readonly RecordInput[],
  version: string,
  instead: string | null,
): Promise<KeptFolder> {
  if (instead !== null) {
    const folder = join(instead, "kept");
    await ensureFolder(folder);
    return { folder, remove: async () => {} };
  }
  const identities = await Promise.all(inputs.map((input) => input.identity()));
  const content = JSON.stringify([DEADWAX_VERSION, version, source.name, identities]);
  const ofSource = `${PREFIX}${source.kind}-${source.label}.`;
  const name = `${ofSource}${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
  const { scratch } = archive.layout;
  await ensureFolder(scratch);
  for (const other of await readdir(scratch)) {
    if (isOfSource(other, ofSource) && other !== name) await rm(join(scratch, other), { recursive: true });
  }
  const folder = join(scratch, name);
  await ensureFolder(folder);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      await rmdir(scratch).catch(() => {
        // Something else is in it.
      });
    },
  };
}

/** A label may have dots: the hash has none. */
function isOfSource(name: string, ofSource: string): boolean {
  return name.startsWith(ofSource) && /^[0-9a-f]{16}$/.test(name.slice(ofSource.length));
}
