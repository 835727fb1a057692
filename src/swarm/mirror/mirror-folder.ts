import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ensureFolder, UsageError, writeFileAtomic } from "../../core/index.ts";
import { readRegularFile } from "../../release/read-regular-file.ts";
import { type Feed, MAX_FEED_BYTES, openFeed } from "../feed/feed-document.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;

const configSchema = z.object({
  format: z.literal("deadwax-mirror/1"),
  /** The archive that is followed, by its feed's first signature. */
  archive: z.uuid(),
  signer: z.string(),
  /** Chooses between equals for this volunteer, wherever the folder is moved to. */
  custodian: z.string().min(1).max(200),
});

/** `mirror.json`: whom a mirror follows, written when it begins and never changed. */
export type MirrorConfig = z.infer<typeof configSchema>;

/** A volunteer's folder: `mirror.json`, the last feed, `releases/` as in an archive, and `incoming/` for what is on its way. */
export interface MirrorFolder {
  readonly root: string;
  readonly releases: string;
  readonly incoming: string;
  readonly feedFile: string;
  readonly config: string;
}

export function mirrorFolder(root: string): MirrorFolder {
  return {
    root,
    releases: join(root, "releases"),
    incoming: join(root, "incoming"),
    feedFile: join(root, "releases", "feed.json"),
    config: join(root, "mirror.json"),
  };
}

/** Null for a folder in which no mirror has begun. Throws `UsageError` for one that holds something else. */
export async function readMirrorConfig({ root, config }: MirrorFolder): Promise<MirrorConfig | null> {
  await ensureFolder(root);
  const file = await readRegularFile(config, MAX_CONFIG_BYTES);
  if (!file.ok && file.why === "missing") {
    const others = (await readdir(root)).filter((name) => !name.startsWith("."));
    if (others.length === 0) return null;
    throw new UsageError(`"${root}" is not empty and is no mirror`, {
      hint: "choose a new or empty folder: --into FOLDER",
    });
  }
  const parsed = file.ok ? configSchema.safeParse(jsonOrNull(file.bytes)) : null;
  if (parsed?.success) return parsed.data;
  throw new UsageError(`"${config}" is not what a mirror wrote`, {
    hint: "restore it, or begin in another folder: --into FOLDER",
  });
}

/** Begins a mirror of the archive that signed a feed. */
export async function beginMirror(
  folder: MirrorFolder,
  archive: string,
  signer: string,
  custodian: string | null,
): Promise<MirrorConfig> {
  const config: MirrorConfig = {
    format: "deadwax-mirror/1",
    archive,
    signer,
    custodian: custodian ?? randomUUID(),
  };
  await writeFileAtomic(folder.config, `${JSON.stringify(config, null, 2)}\n`);
  return config;
}

/** The last feed that was taken; null: none, or one that does not hold any more. */
export async function lastFeed(folder: MirrorFolder, signer: string): Promise<Feed | null> {
  const file = await readRegularFile(folder.feedFile, MAX_FEED_BYTES);
  const opened = file.ok ? openFeed(file.bytes) : null;
  return opened?.ok && opened.signer === signer ? opened.feed : null;
}

function jsonOrNull(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
