// After tsc: the .sql files go from src/ to the same place in dist/, what no longer has a source leaves dist/, and the
// command line program becomes executable.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
const built = join(root, "dist");

for (const name of readdirSync(built, { recursive: true, encoding: "utf8" })) {
  const stem = name.replace(/(\.d\.ts|\.js\.map|\.js)$/, "");
  const isBuilt = existsSync(join(source, `${stem}.ts`)) && !/(^|\/)testing\/|\.test$/.test(stem);
  if (stem !== name && !isBuilt) rmSync(join(built, name));
  if (name.endsWith(".sql") && !existsSync(join(source, name))) rmSync(join(built, name));
}
for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".sql")) continue;
  mkdirSync(dirname(join(built, name)), { recursive: true });
  copyFileSync(join(source, name), join(built, name));
}
chmodSync(join(built, "cli", "main.js"), 0o755);
