import { stat } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../../core/index.ts";
import {
  type ListedRelease,
  listReleasesIn,
  MAX_DOCUMENT_BYTES,
  openReleaseDocument,
  RELEASE_DOCUMENT,
} from "../../release/index.ts";
import { readRegularFile } from "../../release/read-regular-file.ts";

/** A folder that changed so lately may change again within one step of the file system's clock, and then looks the same. */
const SETTLED_MS = 1000;

/**
 * The whole releases of a mirror's folder, and the files in them. What has not changed since is not read again: with
 * thousands of releases the signatures would take longer than a small fetch.
 */
export class KeptReleases {
  private readonly folder: string;
  private readonly signer: string;
  private listing: { readonly changedMs: number; readonly releases: readonly ListedRelease[] } | null = null;
  /** Paths by pieces root and size, by SHA-256 of the release document that says so. */
  private readonly filesOf = new Map<string, ReadonlyMap<string, string>>();

  /** Takes releases by this signer only: anything else in the folder is none of ours. */
  constructor(folder: string, signer: string) {
    this.folder = folder;
    this.signer = signer;
  }

  /** Every release that comes or goes is a name that comes or goes in the folder, so its time tells. */
  async list(): Promise<readonly ListedRelease[]> {
    const changedMs = await changedAt(this.folder);
    if (this.listing !== null && this.listing.changedMs === changedMs) return this.listing.releases;
    const isSettled = changedMs !== null && Date.now() - changedMs > SETTLED_MS;
    const all = (await listReleasesIn(this.folder)).releases;
    const releases = all.filter(({ signer }) => signer === this.signer);
    this.listing = isSettled ? { changedMs, releases } : null;
    return releases;
  }

  /** A file of these bytes that is here already, or null. */
  async heldFiles(): Promise<(piecesRoot: string, sizeBytes: number) => string | null> {
    const releases = await this.list();
    const kept = new Set(releases.map(({ announcement }) => announcement.releaseSha256));
    for (const sha256 of this.filesOf.keys()) if (!kept.has(sha256)) this.filesOf.delete(sha256);
    for (const { folder, announcement } of releases) {
      const { releaseSha256 } = announcement;
      if (!this.filesOf.has(releaseSha256)) this.filesOf.set(releaseSha256, await filesIn(folder));
    }
    const all = [...this.filesOf.values()].reverse();
    return (piecesRoot, sizeBytes) => {
      for (const files of all) {
        const path = files.get(`${piecesRoot} ${sizeBytes}`);
        if (path !== undefined) return path;
      }
      return null;
    };
  }
}

async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const document = await readRegularFile(join(folder, RELEASE_DOCUMENT), MAX_DOCUMENT_BYTES);
  const opened = document.ok ? openReleaseDocument(document.bytes) : null;
  const files = new Map<string, string>();
  for (const { path, piecesRoot, sizeBytes } of opened?.ok ? opened.release.files : []) {
    if (piecesRoot !== null) files.set(`${piecesRoot} ${sizeBytes}`, join(folder, path));
  }
  return files;
}

/** Null when there is no such folder yet. */
async function changedAt(folder: string): Promise<number | null> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
