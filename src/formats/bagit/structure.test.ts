import { expect, test } from "vitest";
import type { Manifest } from "./manifest.ts";
import { type BagStructure, validateBagStructure } from "./structure.ts";

function manifest(
  kind: Manifest["kind"],
  paths: readonly string[],
  algorithm: Manifest["algorithm"] = "sha256",
): Manifest {
  return { kind, algorithm, hashes: new Map(paths.map((path) => [path, "0".repeat(64)])) };
}

function bag(paths: readonly string[]) {
  return paths.map((path) => ({ path, sizeBytes: 10 }));
}

const TAGS = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
const FILES = [...TAGS, "data/a.tar", "data/b.tar", "tagmanifest-sha256.txt"];
const MANIFESTS = [manifest("payload", ["data/a.tar", "data/b.tar"]), manifest("tag", TAGS)];
const GOOD: BagStructure = {
  isComplete: true,
  faults: [],
  missing: [],
  unlisted: [],
  unexpected: [],
  payload: { sizeBytes: 20, fileCount: 2 },
};

test("a whole bag is complete", () => {
  expect(validateBagStructure(bag(FILES), MANIFESTS, { sizeBytes: 20, fileCount: 2 })).toEqual(GOOD);
});

test("a payload file that is gone is missing", () => {
  const files = FILES.filter((path) => path !== "data/b.tar");
  expect(validateBagStructure(bag(files), MANIFESTS)).toEqual({
    ...GOOD,
    isComplete: false,
    missing: [{ path: "data/b.tar", manifests: ["manifest-sha256.txt"] }],
    payload: { sizeBytes: 10, fileCount: 1 },
  });
});

test("a tag file that is gone is missing, and bagit.txt is a fault besides", () => {
  const files = FILES.filter((path) => path !== "bagit.txt");
  expect(validateBagStructure(bag(files), MANIFESTS)).toEqual({
    ...GOOD,
    isComplete: false,
    faults: ["no bagit.txt"],
    missing: [{ path: "bagit.txt", manifests: ["tagmanifest-sha256.txt"] }],
  });
});

test("a payload file in no manifest is unlisted", () => {
  expect(validateBagStructure(bag([...FILES, "data/c.tar"]), MANIFESTS)).toEqual({
    ...GOOD,
    isComplete: false,
    unlisted: [{ path: "data/c.tar", manifests: ["manifest-sha256.txt"] }],
    payload: { sizeBytes: 30, fileCount: 3 },
  });
});

test("a payload file in one of two payload manifests is unlisted in the other", () => {
  const manifests = [...MANIFESTS, manifest("payload", ["data/a.tar"], "sha512")];
  expect(validateBagStructure(bag(FILES), manifests)).toMatchObject({
    isComplete: false,
    unlisted: [{ path: "data/b.tar", manifests: ["manifest-sha512.txt"] }],
  });
});

test("other files are unexpected, and leave the bag complete", () => {
  const found = validateBagStructure(bag([...FILES, "thumbs.db", "extra/a", "dataset"]), MANIFESTS);
  expect(found).toEqual({ ...GOOD, unexpected: ["dataset", "extra/a", "thumbs.db"] });
});

test("a payload manifest that no tag manifest lists is unexpected", () => {
  expect(validateBagStructure(bag([...FILES, "manifest-md5.txt"]), MANIFESTS).unexpected).toEqual([
    "manifest-md5.txt",
  ]);
});

test("a bag without a payload manifest is none", () => {
  expect(validateBagStructure(bag(["bagit.txt"]), [])).toMatchObject({
    isComplete: false,
    faults: ["no payload manifest"],
    unexpected: ["bagit.txt"],
  });
});

test.each([
  [{ sizeBytes: 21, fileCount: 2 }, "Payload-Oxum says 21.2 and the payload is 20.2"],
  [{ sizeBytes: 20, fileCount: 3 }, "Payload-Oxum says 20.3 and the payload is 20.2"],
])("a payload that is not what Payload-Oxum %j says is a fault", (oxum, fault) => {
  expect(validateBagStructure(bag(FILES), MANIFESTS, oxum)).toEqual({
    ...GOOD,
    isComplete: false,
    faults: [fault],
  });
});
