import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileSha256 } from "./file-sha256.ts";

const folder = mkdtempSync(join(tmpdir(), "deadwax-sha256-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 1, 1 << 20, (1 << 20) + 1, 2_500_000])(
  "a file of %i bytes has the hash of its bytes",
  async (length) => {
    const path = join(folder, `${length}`);
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 7 + (at >> 12)) & 255));
    writeFileSync(path, bytes);
    expect(await fileSha256(path)).toBe(createHash("sha256").update(bytes).digest("hex"));
  },
);
