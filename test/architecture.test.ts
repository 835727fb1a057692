import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** A stage imports itself and the stages to its left, nothing else. */
const STAGES = [
  "core",
  "formats",
  "sources",
  "catalogue",
  "rights",
  "selection",
  "audio",
  "packing",
  "release",
  "swarm",
  "audit",
  "insight",
  "work",
  "server",
  "cli",
];
const SOURCE = resolve(import.meta.dirname, "../src");

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);

test("every folder of src is a stage", () => {
  const folders = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((entry) => entry.name).filter((name) => !STAGES.includes(name))).toEqual([]);
});

test("a stage imports itself and stages to its left, nothing else", () => {
  const forbidden: string[] = [];
  for (const file of files) {
    const stage = file.split("/")[0] ?? "";
    for (const imported of importedFiles(file)) {
      const target = relative(SOURCE, imported).split("/")[0] ?? "";
      if (STAGES.indexOf(target) > STAGES.indexOf(stage) || !STAGES.includes(target)) {
        forbidden.push(`${file} imports ${relative(SOURCE, imported)}`);
      }
    }
  }
  expect(forbidden).toEqual([]);
});

test("formats touches no files, clock, network or log", () => {
  const allowed = new Set(["node:crypto", "node:buffer", "node:zlib", "zstddec"]);
  const forbidden = files
    .filter((file) => file.startsWith("formats/") && !file.endsWith(".test.ts"))
    .flatMap((file) => specifiers(file).map((name) => ({ file, name })))
    .filter(({ name }) => !name.startsWith(".") && !allowed.has(name));
  expect(forbidden).toEqual([]);
});

test("no source file passes 350 lines, and no table of test cases 500", () => {
  const limitOf = (file: string): number => (file.endsWith(".test.ts") ? 500 : 350);
  const lines = (file: string): number => readFileSync(join(SOURCE, file), "utf8").split("\n").length;
  expect(files.filter((file) => lines(file) > limitOf(file))).toEqual([]);
});

function specifiers(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function importedFiles(file: string): string[] {
  return specifiers(file)
    .filter((name) => name.startsWith("."))
    .map((name) => resolve(SOURCE, file, "..", name))
    .filter((path) => !relative(SOURCE, path).startsWith(".."));
}
