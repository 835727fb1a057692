import type { PayloadOxum } from "./bag-info.ts";
import { type Manifest, manifestFileName, parseManifestFileName } from "./manifest.ts";

export interface BagFile {
  /** From the bag's own folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface BagStructure {
  /** RFC 8493, 3: nothing below is amiss but for unexpected files, which a bag may have. */
  readonly isComplete: boolean;
  /** What makes it no bag at all. */
  readonly faults: readonly string[];
  /** Listed and not there, with the manifests that list it. */
  readonly missing: readonly ListedFile[];
  /** Below `data/` and not in every payload manifest, with those that lack it. */
  readonly unlisted: readonly ListedFile[];
  /** Not below `data/`, no tag manifest, and in no tag manifest. */
  readonly unexpected: readonly string[];
  /** What is below `data/`, to compare with Payload-Oxum. */
  readonly payload: PayloadOxum;
}

export interface ListedFile {
  readonly path: string;
  readonly manifests: readonly string[];
}

/**
 * Compares the files of a bag with its manifests and its Payload-Oxum (RFC 8493, 2 and 3), without reading a file: hashes are
 * the caller's business, and so is an empty `data/`, which a list of files cannot show. Each list is sorted by path.
 */
export function validateBagStructure(
  listing: readonly BagFile[],
  manifests: readonly Manifest[],
  payloadOxum: PayloadOxum | null = null,
): BagStructure {
  const present = new Set(listing.map(({ path }) => path));
  const payloadFiles = listing.filter(({ path }) => path.startsWith("data/"));
  const payload = {
    sizeBytes: payloadFiles.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    fileCount: payloadFiles.length,
  };
  const faults = findFaults(present, manifests, payload, payloadOxum);
  const missing = findMissing(present, manifests);
  const unlisted = findUnlisted(payloadFiles, manifests);
  const tagManifests = manifests.filter(({ kind }) => kind === "tag");
  const unexpected = [...present].filter(
    (path) =>
      !path.startsWith("data/") &&
      parseManifestFileName(path)?.kind !== "tag" &&
      !tagManifests.some(({ hashes }) => hashes.has(path)),
  );
  return {
    isComplete: faults.length === 0 && missing.length === 0 && unlisted.length === 0,
    faults,
    missing,
    unlisted,
    unexpected: unexpected.sort(byText),
    payload,
  };
}

function findFaults(
  present: ReadonlySet<string>,
  manifests: readonly Manifest[],
  payload: PayloadOxum,
  payloadOxum: PayloadOxum | null,
): readonly string[] {
  const faults: string[] = [];
  if (!present.has("bagit.txt")) faults.push("no bagit.txt");
  if (!manifests.some(({ kind }) => kind === "payload")) faults.push("no payload manifest");
  if (
    payloadOxum !== null &&
    (payloadOxum.sizeBytes !== payload.sizeBytes || payloadOxum.fileCount !== payload.fileCount)
  ) {
    const said = `${payloadOxum.sizeBytes}.${payloadOxum.fileCount}`;
    faults.push(`Payload-Oxum says ${said} and the payload is ${payload.sizeBytes}.${payload.fileCount}`);
  }
  return faults;
}

function findMissing(present: ReadonlySet<string>, manifests: readonly Manifest[]): readonly ListedFile[] {
  const missing = new Map<string, string[]>();
  for (const { kind, algorithm, hashes } of manifests) {
    for (const path of hashes.keys()) {
      if (present.has(path)) continue;
      missing.set(path, [...(missing.get(path) ?? []), manifestFileName(kind, algorithm)]);
    }
  }
  return sortedByPath([...missing].map(([path, names]) => ({ path, manifests: names })));
}

function findUnlisted(
  payloadFiles: readonly BagFile[],
  manifests: readonly Manifest[],
): readonly ListedFile[] {
  const payloadManifests = manifests.filter(({ kind }) => kind === "payload");
  const unlisted = payloadFiles.map(({ path }) => ({
    path,
    manifests: payloadManifests
      .filter(({ hashes }) => !hashes.has(path))
      .map(({ kind, algorithm }) => manifestFileName(kind, algorithm)),
  }));
  return sortedByPath(unlisted.filter((file) => file.manifests.length > 0));
}

function sortedByPath(files: readonly ListedFile[]): readonly ListedFile[] {
  return files.toSorted((a, b) => byText(a.path, b.path));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
