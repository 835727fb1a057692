import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  announcementFileName,
  MAX_ANNOUNCEMENT_BYTES,
  MAX_DOCUMENT_BYTES,
  openAnnouncement,
  RELEASE_DOCUMENT,
} from "../release/index.ts";
import { readRegularFile } from "../release/read-regular-file.ts";
import type { Findings } from "./finding.ts";
import type { Documents } from "./read-documents.ts";

/** Follows the chain one link back, if the release before lies beside this one. */
export async function checkChain(folder: string, documents: Documents, findings: Findings): Promise<void> {
  const { release, name } = documents;
  const previous = release?.previous;
  if (!previous) return;
  const file = `${name}/${RELEASE_DOCUMENT}`;
  const found = await digestOfRelease(folder, previous.name);
  if (found === null) {
    findings.add(
      "previous-not-here",
      file,
      `it follows the release "${previous.name}", which is not beside it`,
    );
  } else if (found !== previous.sha256) {
    const detail = `it follows a release "${previous.name}" with SHA-256 ${previous.sha256}; the one beside it has ${found}`;
    findings.add("chain-broken", file, detail);
  }
}

/** SHA-256 of a release's document, from its bag or else from its announcement; the name is one that a release may have. */
async function digestOfRelease(folder: string, name: string): Promise<string | null> {
  const document = await readRegularFile(join(folder, name, RELEASE_DOCUMENT), MAX_DOCUMENT_BYTES);
  if (document.ok) return createHash("sha256").update(document.bytes).digest("hex");
  const announced = await readRegularFile(join(folder, announcementFileName(name)), MAX_ANNOUNCEMENT_BYTES);
  const opened = announced.ok ? openAnnouncement(announced.bytes) : null;
  return opened?.ok ? opened.announcement.releaseSha256 : null;
}
