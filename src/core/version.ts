import { readFileSync } from "node:fs";

/** The version of this program, from its package.json: the same depth below it in `src/` and in `dist/`. */
export const DEADWAX_VERSION: string = versionOf(
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")),
);

function versionOf(value: unknown): string {
  if (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    typeof value.version === "string"
  ) {
    return value.version;
  }
  throw new TypeError("package.json has no version");
}
