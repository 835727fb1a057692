import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { ensureFolder, TEMPORARY_PREFIX, writeFileAtomic } from "./atomic-file.ts";
import { parseJson } from "./canonical-json.ts";
import { type Clock, isoSeconds, systemClock } from "./clock.ts";
import { ArchiveNotFoundError, FailedError, systemErrorCode, UsageError } from "./errors.ts";
import { type ArchiveLayout, archiveFolders, archiveLayout } from "./layout.ts";
import { defaultPolicy, type Policy, policySchema } from "./policy.ts";
import { createSigningKey } from "./signing-key.ts";

const MAX_CONFIG_BYTES = 1 << 20;

const archiveConfigSchema = z.strictObject({
  format: z.literal("deadwax-archive/1"),
  id: z.uuid(),
  did: z.string().startsWith("did:key:z6Mk"),
  created: z.iso.datetime(),
  unitsOfAccount: z.strictObject({ storage: z.literal("byte"), time: z.literal("millisecond") }),
  policy: policySchema,
});

export type ArchiveConfig = z.infer<typeof archiveConfigSchema>;

export interface Archive {
  readonly layout: ArchiveLayout;
  readonly config: ArchiveConfig;
}

/**
 * Makes an archive in an empty or missing folder. An archive that is there already is opened and left as it is;
 * any other folder with something in it is refused.
 */
export async function initArchive(
  root: string,
  options: { readonly clock?: Clock; readonly policy?: Policy } = {},
): Promise<{ readonly archive: Archive; readonly created: boolean }> {
  const layout = archiveLayout(resolve(root));
  const existing = await listFolder(layout.root);
  if (existing.includes("deadwax.json")) return { archive: await openArchive(root), created: false };
  if (!(await holdsNothing(layout, existing))) {
    throw new UsageError(`"${layout.root}" is not empty and is no archive`, {
      hint: "choose a new or empty folder: deadwax init FOLDER",
    });
  }
  await ensureFolder(layout.root);
  for (const folder of archiveFolders(layout)) await ensureFolder(folder);
  const key = await createSigningKey(layout);
  const config: ArchiveConfig = {
    format: "deadwax-archive/1",
    id: randomUUID(),
    did: key.did,
    created: isoSeconds((options.clock ?? systemClock).now()),
    unitsOfAccount: { storage: "byte", time: "millisecond" },
    policy: options.policy ?? defaultPolicy(),
  };
  // Written last: a folder with deadwax.json is a whole archive.
  await writeFileAtomic(layout.configFile, `${JSON.stringify(config, null, 2)}\n`);
  return { archive: { layout, config }, created: true };
}

/** Opens the archive at `root`. Throws `ArchiveNotFoundError` when there is none. */
export async function openArchive(root: string): Promise<Archive> {
  const layout = archiveLayout(resolve(root));
  let bytes: Buffer;
  try {
    bytes = await readFile(layout.configFile);
  } catch (cause) {
    if (systemErrorCode(cause) !== "ENOENT" && systemErrorCode(cause) !== "ENOTDIR") throw cause;
    throw new ArchiveNotFoundError(`no archive at "${layout.root}"`, {
      cause,
      hint: `make one with: deadwax init "${root}"`,
    });
  }
  const json = parseJson(bytes, MAX_CONFIG_BYTES);
  const parsed = json.ok ? archiveConfigSchema.safeParse(json.value) : null;
  if (!parsed?.success) {
    const reason = json.ok ? z.prettifyError(parsed?.error ?? new z.ZodError([])) : json.reason;
    throw new FailedError(`"${layout.configFile}" is not a valid archive configuration: ${reason}`, {
      hint: "correct the field named above; docs/policy.md lists them all",
    });
  }
  return { layout, config: parsed.data };
}

/** True for an empty folder, and for one in which an earlier `init` was cut off before it wrote `deadwax.json`. */
async function holdsNothing(layout: ArchiveLayout, names: readonly string[]): Promise<boolean> {
  const own = new Set(archiveFolders(layout).map((path) => basename(path)));
  for (const name of names) {
    const isOurs = name === "keys" || name.startsWith(TEMPORARY_PREFIX) || name.startsWith(".lock");
    if (isOurs) continue;
    if (!own.has(name) || (await listFolder(join(layout.root, name))).length > 0) return false;
  }
  return true;
}

async function listFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    if (systemErrorCode(error) === "ENOTDIR") throw new UsageError(`"${path}" is a file, not a folder`);
    throw error;
  }
}
