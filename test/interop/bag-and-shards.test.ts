import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trackIdFromBigInt } from "../../src/formats/identifiers/index.ts";
import { makeSmallRelease, type SmallRelease } from "./small-release.ts";
import { PYTHON, requireProgram } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-bag-"));
let release: SmallRelease;

beforeAll(async () => {
  requireProgram("tar", "tar");
  requireProgram("bsdtar", "libarchive-tools");
  release = await makeSmallRelease(join(root, "archive"));
});
afterAll(() => rmSync(root, { recursive: true }));

function checkBag(bag: string): string {
  return execFileSync(PYTHON, [join(import.meta.dirname, "check_bag.py"), bag], { encoding: "utf8" });
}

describe("the bag", () => {
  test("is valid for a checker that shares nothing with us", () => {
    expect(checkBag(release.bag)).toBe("valid: 3 payload files, 5 tag files\n");
  });

  test.each([
    [
      "a changed shard",
      (bag: string) => appendFileSync(join(bag, "data", readdirSync(join(bag, "data"))[0] ?? ""), "x"),
    ],
    ["a changed tag file", (bag: string) => appendFileSync(join(bag, "RELEASE.json"), " ")],
    ["a file too many", (bag: string) => writeFileSync(join(bag, "data", "extra"), "x")],
    ["a file too few", (bag: string) => rmSync(join(bag, "tracks.parquet"))],
  ])("is not valid for it with %s", (_what, change) => {
    const copy = mkdtempSync(join(root, "copy-"));
    cpSync(release.bag, copy, { recursive: true });
    change(copy);
    expect(() => checkBag(copy)).toThrow();
  });

  test("is confirmed by sha256sum from its manifests as they are", () => {
    for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
      const said = execFileSync("sha256sum", ["--check", "--strict", manifest], {
        cwd: release.bag,
        encoding: "utf8",
      });
      expect(
        said
          .trim()
          .split("\n")
          .every((line) => line.endsWith(": OK")),
      ).toBe(true);
    }
  });
});

describe.each(["tar", "bsdtar"])("%s", (program) => {
  test("lists every shard and gives every track out byte for byte", () => {
    const found: string[] = [];
    for (const name of readdirSync(join(release.bag, "data"))) {
      const path = join(release.bag, "data", name);
      const members = execFileSync(program, ["-t", "-f", path], { encoding: "utf8" }).trim().split("\n");
      const extract = (member: string) =>
        execFileSync(program, ["-x", "-O", "-f", path, member], { maxBuffer: 1 << 24 });
      for (const [number, audio] of release.audio) {
        const member = `${trackIdFromBigInt(BigInt(number))}.ogg`;
        if (!members.includes(member)) continue;
        expect(extract(member).equals(audio)).toBe(true);
        const json: unknown = JSON.parse(extract(member.replace(".ogg", ".json")).toString("utf8"));
        expect(json).toMatchObject({ stored: { name: member, sizeBytes: audio.length } });
      }
      found.push(...members);
    }
    const tracks = [...release.audio.keys()].map((number) => trackIdFromBigInt(BigInt(number)));
    expect(found).toHaveLength(2 * tracks.length);
    expect(new Set(found)).toEqual(new Set(tracks.flatMap((id) => [`${id}.json`, `${id}.ogg`])));
  });
});
