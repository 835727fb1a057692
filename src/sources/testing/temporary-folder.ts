import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for one test; `put` writes a file in it and makes the folders above. */
export interface TemporaryFolder {
  readonly path: string;
  put(name: string | Buffer, content: string | Buffer): Buffer;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "deadwax-sources-")));
  return {
    path,
    put(name, content) {
      const bytes = Buffer.isBuffer(name) ? name : Buffer.from(name);
      const full = Buffer.concat([Buffer.from(`${path}/`), bytes]);
      mkdirSync(full.subarray(0, full.lastIndexOf(0x2f)), { recursive: true });
      writeFileSync(full, content);
      return full;
    },
    remove() {
      chmodSync(path, 0o755);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
