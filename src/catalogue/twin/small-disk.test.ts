import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Runs a shell script in which `$1` is an empty file system of 4 MiB, seen by that script only. */
function onSmallDisk(script: string): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), "deadwax-small-disk-"));
  try {
    const inside = `mount -t tmpfs -o size=4m none "$1" && { ${script}\n}`;
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["--user", "--map-root-user", "--mount", "sh", "-c", inside, "sh", folder, process.execPath],
      { encoding: "utf8", cwd: join(import.meta.dirname, "../../..") },
    );
    return { status, output: `${stdout ?? ""}${stderr ?? ""}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TWIN = `"$2" --import tsx src/cli/main.ts twin --into "$1/archive"`;

test("a disk that is too small ends with code 14, and no segment is begun", () => {
  const mounted = onSmallDisk("true");
  if (mounted.status !== 0) {
    throw new Error(
      `this test mounts a small file system, for which it needs util-linux and user namespaces: ` +
        `apt-get install util-linux, sysctl kernel.unprivileged_userns_clone=1 (${mounted.output.trim()})`,
    );
  }
  const { status, output } = onSmallDisk(
    `${TWIN} --tracks 100k; code=$?; find "$1" -name "*.parquet"; exit $code`,
  );
  expect([status, output]).toEqual([14, expect.stringContaining("a twin of 100000 tracks needs about")]);
  expect(output).not.toContain(".parquet");
  expect(onSmallDisk(`${TWIN} --tracks 10k --no-statistics`).status).toBe(0);
}, 60_000);
