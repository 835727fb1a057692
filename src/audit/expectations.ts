import { createHash } from "node:crypto";
import { join } from "node:path";
import { encodeManifest, MAX_MANIFEST_BYTES, parseManifest } from "../formats/bagit/manifest.ts";
import {
  PAYLOAD_FOLDER,
  PAYLOAD_MANIFEST,
  RELEASE_DOCUMENT,
  type ReleaseDocument,
  TAG_MANIFEST,
} from "../release/index.ts";
import { readRegularFile } from "../release/read-regular-file.ts";
import type { Findings } from "./finding.ts";
import type { Documents } from "./read-documents.ts";

/** What a file of the bag should be, as far as somebody says so. */
export interface ExpectedFile {
  readonly sizeBytes: number | null;
  readonly sha256: string;
  /** Hex; null when nobody says, or the file is empty. */
  readonly piecesRoot: string | null;
}

/** By path in the bag. */
export type Expectations = ReadonlyMap<string, ExpectedFile>;

/**
 * What every file of the bag should be. The signed document decides; where there is none that holds, the manifests of the bag
 * say at least what the files were when the bag was made. Null when not even those can be read.
 */
export async function readExpectations(
  bag: string,
  bagName: string,
  documents: Documents,
  findings: Findings,
): Promise<Expectations | null> {
  const { release, releaseSha256, announcement } = documents;
  if (release) return expectationsOf(release, announcement?.releaseSha256 ?? releaseSha256 ?? "");
  const expected = new Map<string, ExpectedFile>();
  for (const [path, kind] of [
    [PAYLOAD_MANIFEST, "payload"],
    [TAG_MANIFEST, "tag"],
  ] as const) {
    const read = await readRegularFile(join(bag, path), MAX_MANIFEST_BYTES);
    const parsed = read.ok ? parseManifest(read.bytes, { kind, algorithm: "sha256" }) : read;
    if (!parsed.ok) {
      findings.add("manifest-wrong", `${bagName}/${path}`, `the manifest cannot be used: ${parsed.reason}`);
      continue;
    }
    for (const [file, sha256] of parsed.manifest.hashes)
      expected.set(file, { sizeBytes: null, sha256, piecesRoot: null });
  }
  if (expected.size === 0) return null;
  // What does not list itself is not unexpected.
  for (const path of [TAG_MANIFEST, RELEASE_DOCUMENT]) {
    if (!expected.has(path)) expected.set(path, { sizeBytes: null, sha256: "", piecesRoot: null });
  }
  return expected;
}

function expectationsOf(release: ReleaseDocument, releaseSha256: string): Expectations {
  const expected = new Map<string, ExpectedFile>(release.files.map(({ path, ...file }) => [path, file]));
  expected.set(RELEASE_DOCUMENT, { sizeBytes: null, sha256: releaseSha256, piecesRoot: null });
  // The tag manifest is the one file that nothing lists. Its only possible content follows from the others.
  const hashes = new Map(
    [...expected]
      .filter(([path]) => !path.startsWith(`${PAYLOAD_FOLDER}/`))
      .map(([path, file]) => [path, file.sha256]),
  );
  hashes.delete(TAG_MANIFEST);
  const bytes = encodeManifest({ kind: "tag", algorithm: "sha256", hashes });
  expected.set(TAG_MANIFEST, {
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    piecesRoot: null,
  });
  return expected;
}
