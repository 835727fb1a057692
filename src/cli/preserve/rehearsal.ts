import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Archive, initArchive, openArchive } from "../../core/archive.ts";
import { archiveLayout } from "../../core/layout.ts";
import { isStillToBeMade } from "../new-archive.ts";

/**
 * Runs `work` on a copy, in a temporary folder, of what an archive knows (not of what it holds), so that a dry run can
 * take in, catalogue and plan with the very code that does it, and write nothing where the archive is.
 */
export async function rehearse<T>(archiveRoot: string, work: (archive: Archive) => Promise<T>): Promise<T> {
  const isNew = await isStillToBeMade(archiveRoot);
  const folder = await mkdtemp(join(tmpdir(), "deadwax-dry-run-"));
  try {
    const policy = isNew ? undefined : (await openArchive(archiveRoot)).config.policy;
    const { archive } = await initArchive(join(folder, "archive"), policy ? { policy } : {});
    if (!isNew) {
      const from = archiveLayout(archiveRoot);
      await cp(from.sources, archive.layout.sources, { recursive: true });
      await cp(from.rights, archive.layout.rights, { recursive: true });
    }
    return await work(archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
