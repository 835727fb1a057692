import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, systemErrorCode } from "../core/index.ts";
import {
  MAX_DOCUMENT_BYTES,
  openReleaseDocument,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
} from "./release-document.ts";

/** The document of a release that this archive signed; null when the bag has gone, or is not as it was signed. */
export async function readOwnRelease(archive: Archive, name: string): Promise<ReleaseDocument | null> {
  const path = join(archive.layout.releases, name, RELEASE_DOCUMENT);
  try {
    if ((await stat(path)).size > MAX_DOCUMENT_BYTES) return null;
    const opened = openReleaseDocument(await readFile(path));
    return opened.ok && opened.signer === archive.config.did && opened.release.name === name
      ? opened.release
      : null;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
