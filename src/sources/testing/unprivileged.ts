import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const countsSchema = z.record(z.string(), z.number());

/** Plans the intake of `music` below `folder` as a user for whom the folder `closed` cannot be listed. */
export async function planUnprivileged(
  folder: string,
  archiveRoot: string,
  closed: string,
): Promise<Record<string, number>> {
  const address = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    import { openArchive } from ${address("../../core/archive.ts")};
    import { silentReporter } from ${address("../../core/reporter.ts")};
    import { addAudioSource } from ${address("../add-audio-source.ts")};
    if (process.getuid?.() === 0) process.setuid(65534);
    const archive = await openArchive(${JSON.stringify(archiveRoot)});
    const folders = [${JSON.stringify(join(folder, "music"))}];
    const { counts } = await addAudioSource({ archive, reporter: silentReporter, folders, workers: 1, dryRun: true });
    console.log(JSON.stringify(counts));`;
  const path = join(folder, closed);
  chmodSync(folder, 0o755);
  chmodSync(path, 0);
  try {
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    return countsSchema.parse(JSON.parse(output.toString()));
  } finally {
    chmodSync(path, 0o755);
  }
}
