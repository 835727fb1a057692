import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { INDEX_COLUMNS } from "./index-row.ts";
import { shardManifestSchema } from "./shard-manifest.ts";
import { trackDocumentSchema } from "./track-document.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../docs/formats/${name}.md`, import.meta.url), "utf8");

test.each<[string, readonly string[]]>([
  ["index", Object.keys(INDEX_COLUMNS)],
  ["shard", Object.keys(shardManifestSchema.shape)],
  ["shard", Object.keys(trackDocumentSchema.shape)],
])("the document of the %s format names every field", (name, fields) => {
  const document = read(name);
  expect(fields.filter((field) => !document.includes(`\`${field}\``))).toEqual([]);
});
