import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect } from "vitest";
import { type Archive, InterruptedError, openArchive, silentReporter } from "../../core/index.ts";
import {
  makeSampleArchive,
  packSample,
  planSample,
  type SampleArchive,
  type SampleFile,
  sampleFiles,
} from "./sample-archive.ts";

export const FILES: readonly SampleFile[] = sampleFiles(24);

export interface SampleWorkspace {
  /** A folder of the test's own. */
  folder(): string;
  /** An archive with a plan, and music of its own that the test may change. */
  own(files?: readonly SampleFile[]): Promise<SampleArchive>;
  /** The same with `FILES`, in a copy of an archive that was made once; the music is shared. */
  shared(): Promise<SampleArchive>;
}

/** Makes archives for the tests of a file, and removes them. */
export function useSampleArchives(): SampleWorkspace {
  const root = mkdtempSync(join(tmpdir(), "deadwax-packing-"));
  let folder = root;
  let template: Promise<SampleArchive> | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(root, "t-"));
  });
  afterAll(() => rmSync(root, { recursive: true }));
  return {
    folder: () => folder,
    own: (files = FILES) => planned(folder, files),
    async shared() {
      template ??= planned(join(root, "template"), FILES);
      const { archive, music } = await template;
      cpSync(archive.layout.root, join(folder, "archive"), { recursive: true });
      return { archive: await openArchive(join(folder, "archive")), music };
    },
  };
}

async function planned(folder: string, files: readonly SampleFile[]): Promise<SampleArchive> {
  const made = await makeSampleArchive(folder, files);
  await planSample(made.archive);
  return made;
}

/** Removes every shard, sealed or not. */
export function clearShards(archive: Archive): void {
  rmSync(archive.layout.shards, { recursive: true });
  mkdirSync(archive.layout.shards);
}

/** Packs until `count` tracks are in, then stops as Ctrl-C does. */
export async function stopAfter(archive: Archive, count: number): Promise<void> {
  const controller = new AbortController();
  let advanced = 0;
  const progress = {
    advance: () => {
      advanced += 1;
      if (advanced === count) controller.abort();
    },
    setTotal() {},
    finish() {},
  };
  const reporter = { ...silentReporter, progress: () => progress };
  await expect(packSample(archive, { reporter, signal: controller.signal })).rejects.toThrow(
    InterruptedError,
  );
}
