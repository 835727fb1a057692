import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Announcement,
  announcementFileName,
  MAX_ANNOUNCEMENT_BYTES,
  MAX_DOCUMENT_BYTES,
  openAnnouncement,
  openReleaseDocument,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
} from "../release/index.ts";
import type { ReleaseLocation } from "../release/locate-release.ts";
import { readRegularFile } from "../release/read-regular-file.ts";
import type { Findings } from "./finding.ts";

/** The signed documents of a release, as far as they are here and hold. */
export interface Documents {
  readonly release: ReleaseDocument | null;
  readonly releaseSigner: string | null;
  /** Hex SHA-256 of `RELEASE.json` as it is; null when it cannot be read. */
  readonly releaseSha256: string | null;
  readonly announcement: Announcement | null;
  /** True when a `<name>.json` is here, be it valid or not. */
  readonly isAnnounced: boolean;
  /** What the release is called: by its own word, or else by its folder. */
  readonly name: string;
}

/** Reads and checks `RELEASE.json` and `<name>.json`: signatures first, then whether they say the same. */
export async function readDocuments(
  { folder, bagName }: ReleaseLocation,
  findings: Findings,
  expectedDid: string | null,
): Promise<Documents> {
  const document = await readRelease(
    join(folder, bagName, RELEASE_DOCUMENT),
    `${bagName}/${RELEASE_DOCUMENT}`,
    findings,
  );
  const name = document.release?.name ?? bagName;
  if (name !== bagName) {
    findings.add(
      "folder-renamed",
      bagName,
      `this is the release "${name}", and its folder is called "${bagName}"`,
    );
  }
  const announced = await readAnnouncement(folder, name, findings);
  const { announcement } = announced;
  if (expectedDid !== null) {
    for (const [file, signer] of [
      [`${bagName}/${RELEASE_DOCUMENT}`, document.releaseSigner],
      [announcementFileName(name), announced.signer],
    ] as const) {
      if (signer !== null && signer !== expectedDid) {
        findings.add("signer-unexpected", file, `signed by ${signer}, not by ${expectedDid}`);
      }
    }
  }
  if (announcement && document.releaseSha256 !== null) {
    const difference = documentDifference(announcement, document.release, document.releaseSha256);
    // A document that does not hold has been reported already.
    if (difference !== null && document.release) {
      findings.add("announcement-differs", announcementFileName(name), difference);
    }
    if (document.releaseSigner !== null && announced.signer !== document.releaseSigner) {
      const detail = `signed by ${announced.signer}, and RELEASE.json by ${document.releaseSigner}`;
      findings.add("announcement-differs", announcementFileName(name), detail);
    }
  }
  return { ...document, announcement, isAnnounced: announced.isHere, name };
}

async function readRelease(
  path: string,
  shown: string,
  findings: Findings,
): Promise<Pick<Documents, "release" | "releaseSigner" | "releaseSha256">> {
  const none = { release: null, releaseSigner: null, releaseSha256: null };
  const read = await readRegularFile(path, MAX_DOCUMENT_BYTES);
  if (!read.ok) {
    findings.add("document-invalid", shown, `RELEASE.json ${read.reason}: nothing vouches for the release`);
    return none;
  }
  const releaseSha256 = createHash("sha256").update(read.bytes).digest("hex");
  const opened = openReleaseDocument(read.bytes);
  if (opened.ok) return { release: opened.release, releaseSigner: opened.signer, releaseSha256 };
  findings.add("document-invalid", shown, `RELEASE.json does not hold: ${opened.reason}`);
  return { ...none, releaseSha256 };
}

async function readAnnouncement(
  folder: string,
  name: string,
  findings: Findings,
): Promise<{
  readonly announcement: Announcement | null;
  readonly signer: string | null;
  readonly isHere: boolean;
}> {
  const file = announcementFileName(name);
  const read = await readRegularFile(join(folder, file), MAX_ANNOUNCEMENT_BYTES);
  if (!read.ok) {
    if (read.why !== "missing") findings.add("announcement-invalid", file, `it ${read.reason}`);
    return { announcement: null, signer: null, isHere: read.why !== "missing" };
  }
  const opened = openAnnouncement(read.bytes);
  if (opened.ok) return { announcement: opened.announcement, signer: opened.signer, isHere: true };
  findings.add("announcement-invalid", file, `it does not hold: ${opened.reason}`);
  return { announcement: null, signer: null, isHere: true };
}

/** The first thing in which the two signed documents differ, or null. */
function documentDifference(
  announcement: Announcement,
  release: ReleaseDocument | null,
  releaseSha256: string,
): string | null {
  if (announcement.releaseSha256 !== releaseSha256) {
    return `it stands for another RELEASE.json (SHA-256 ${announcement.releaseSha256}, here ${releaseSha256})`;
  }
  if (!release) return null;
  if (announcement.name !== release.name) return `it announces "${announcement.name}"`;
  if (announcement.created !== release.created || announcement.archive !== release.archive) {
    return "it names another time or archive";
  }
  if (announcement.tracks !== release.tracks.released) return `it announces ${announcement.tracks} tracks`;
  const [mine, theirs] = [announcement.previous, release.previous];
  return mine?.sha256 === theirs?.sha256 && mine?.name === theirs?.name
    ? null
    : "it names another previous release";
}
