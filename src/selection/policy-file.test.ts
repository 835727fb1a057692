import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { defaultPolicy, UsageError } from "../core/index.ts";
import { parsePolicy, readPolicyFile } from "./policy-file.ts";

const folder = mkdtempSync(join(tmpdir(), "deadwax-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the document shows the default policy in full, and its examples are policies", () => {
  const document = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
  const blocks = [...document.matchAll(/```json\n([^`]*)```/g)].map((match) => match[1] ?? "");
  expect(blocks.length).toBeGreaterThan(1);
  expect(JSON.parse(blocks[0] ?? "")).toEqual(defaultPolicy());
  for (const block of blocks) expect(() => parsePolicy(Buffer.from(block), "docs/policy.md")).not.toThrow();
});

describe("a policy file", () => {
  test("may leave out every field", async () => {
    const path = join(folder, "empty.json");
    writeFileSync(path, "{}");
    expect(await readPolicyFile(path)).toEqual(defaultPolicy());
  });

  test("changes what it names and nothing else", () => {
    const policy = parsePolicy(Buffer.from('{"selection":{"tracksPerArtistFloor":2}}'), "p.json");
    const defaults = defaultPolicy();
    expect(policy).toEqual({ ...defaults, selection: { ...defaults.selection, tracksPerArtistFloor: 2 } });
  });

  test.each([
    ["{", /not JSON/],
    ["[]", /the whole/],
    ['{"selection":{"originalAbovePopularity":"much"}}', /"selection\.originalAbovePopularity"/],
    ['{"packing":{"pieceLengthBytes":5000000}}', /"packing\.pieceLengthBytes": must be a power of two/],
    ['{"accessCopy":{"bitrate":75}}', /"accessCopy".*bitrate/],
    ['{"format":"deadwax-policy/2"}', /"format"/],
  ])("names what is wrong in %s", (text, expected) => {
    expect(() => parsePolicy(Buffer.from(text), "p.json")).toThrow(UsageError);
    expect(() => parsePolicy(Buffer.from(text), "p.json")).toThrow(expected);
  });

  test("that is not there, or is a folder, is a usage error", async () => {
    await expect(readPolicyFile(join(folder, "none.json"))).rejects.toThrow(UsageError);
    await expect(readPolicyFile(folder)).rejects.toThrow(UsageError);
  });
});
