import { expect, test } from "vitest";
import { UsageError } from "../../core/errors.ts";
import type { Accession } from "./accession.ts";
import { labelFor, safeLabel } from "./label.ts";

type Known = { readonly source: Accession["source"] };

function known(label: string, root: string, kind: "audio" | "plays" = "audio"): Known {
  return { source: { kind, name: `${kind}:${label}`, label, root } };
}

test.each([
  ["music", "music"],
  ["Música (2024)", "Musica-2024"],
  ["..", "folder"],
  ["音楽", "folder"],
  ["-rf", "rf"],
  ["a/b\0c", "a-b-c"],
  ["x".repeat(100), "x".repeat(48)],
])("%j becomes the label %j", (name, label) => {
  expect(safeLabel(name)).toBe(label);
});

test("a source keeps the label that it had first", () => {
  expect(labelFor([known("mine", "/a/music")], "audio", "/a/music", undefined)).toBe("mine");
});

test("two folders of one name have two labels", () => {
  const sources = [known("music", "/a/music"), known("music-2", "/b/music")];
  expect(labelFor(sources, "audio", "/c/music", undefined)).toBe("music-3");
});

test("counts and folders do not share their labels", () => {
  expect(labelFor([known("music", "/a/music")], "plays", "/a/music.csv", undefined, "music")).toBe("music");
});

test.each([
  ["a label with a slash", "a/b", "/c"],
  ["an empty label", "", "/c"],
  ["a label that another folder has", "music", "/c"],
  ["another label for a folder that has one", "other", "/a/music"],
])("refuses %s", (_, wanted, root) => {
  expect(() => labelFor([known("music", "/a/music")], "audio", root, wanted)).toThrow(UsageError);
});
