import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type IntakeFixture, intakeFixture, shortTone, tableRows } from "./testing/intake-fixture.ts";

let music: IntakeFixture;
const tone = shortTone();

beforeEach(async () => {
  music = await intakeFixture();
});

afterEach(() => music.folder.remove());

async function documents(): Promise<unknown[]> {
  const rows = await tableRows(await music.newest(), "documents");
  return rows.map(({ path, scope_path: scope, package: name, text }) => [path, scope, name, text]);
}

/** Name of the file to the packages that own it. */
async function owners(): Promise<Record<string, unknown[]>> {
  const accession = await music.newest();
  const files = await tableRows(accession, "files");
  const found: Record<string, unknown[]> = {};
  for (const row of await tableRows(accession, "package_files")) {
    const name = String(files.find((file) => file.track_id === row.track_id)?.path ?? row.track_id);
    found[name] = [...(found[name] ?? []), row.package];
  }
  return found;
}

test("keeps the text of copyright files with what they speak for", async () => {
  music.put("one/usr/share/doc/abc-music/copyright", "Format: ü\n");
  music.put("two/debian/copyright", Buffer.from("Copyright \xa9 2004", "latin1"));
  music.put("two/LICENSE", "not read");
  const { counts } = await music.add();
  expect(counts).toMatchObject({ documents: 2, rejected: 1 });
  expect(await documents()).toEqual([
    ["one/usr/share/doc/abc-music/copyright", "one", "abc-music", "Format: ü\n"],
    ["two/debian/copyright", "two", null, "Copyright © 2004"],
  ]);
  const [row] = await tableRows(await music.newest(), "documents");
  expect(row?.sha256).toBe("b3c05911c5c6169e9d9568ec86b2253e659a092d2fc656794aebbb6b51be11e5");
});

test("a document that has not changed is not recorded again", async () => {
  music.put("usr/share/doc/abc/copyright", "first");
  music.put("a.ogg", tone);
  await music.add();
  music.put("b.ogg", tone);
  expect((await music.add()).counts).toMatchObject({ documents: 0, unchanged: 2 });
  music.put("usr/share/doc/abc/copyright", "second");
  expect((await music.add()).counts).toMatchObject({ documents: 1, changed: 1, unchanged: 2 });
  expect(await documents()).toEqual([["usr/share/doc/abc/copyright", "", "abc", "second"]]);
});

test("a document behind a link inside the folder counts for the package that links to it", async () => {
  music.put("usr/share/doc/abc-data/copyright", "shared");
  symlinkSync("abc-data", join(music.folder.path, "music/usr/share/doc/abc-music"));
  music.put("usr/share/doc/abc-extra/readme", "x");
  symlinkSync("../abc-data/copyright", join(music.folder.path, "music/usr/share/doc/abc-extra/copyright"));
  music.put("usr/share/doc/abc-evil/readme", "x");
  symlinkSync("/etc/hostname", join(music.folder.path, "music/usr/share/doc/abc-evil/copyright"));
  await music.add();
  expect(await documents()).toEqual([
    ["usr/share/doc/abc-data/copyright", "", "abc-data", "shared"],
    ["usr/share/doc/abc-extra/copyright", "", "abc-extra", "shared"],
    ["usr/share/doc/abc-music/copyright", "", "abc-music", "shared"],
  ]);
  expect((await music.add()).counts).toMatchObject({ added: 0, changed: 0, gone: 0 });
});

test("a document too large to be one is listed and not read", async () => {
  music.put("usr/share/doc/abc/copyright", Buffer.alloc(1_048_577, "x"));
  await music.add();
  expect(await music.listed()).toEqual(["usr/share/doc/abc/copyright: rejected too-large"]);
});

test("dpkg's lists say which package each track belongs to", async () => {
  const sum = "d41d8cd98f00b204e9800998ecf8427e";
  music.put("r/usr/share/abc/a.ogg", tone);
  music.put("r/usr/share/def/d.ogg", tone);
  music.put("r/usr/share/none.ogg", tone);
  music.put("r/usr/share/doc/abc/copyright", "abc");
  music.put("r/usr/share/doc/def/copyright", "def");
  music.put(
    "r/var/lib/dpkg/info/abc.list",
    "/.\n/usr/share/abc\n/usr/share/abc/a.ogg\n/usr/share/gone.ogg\n",
  );
  music.put("r/var/lib/dpkg/info/abc.md5sums", `${sum}  usr/share/none.ogg\n`);
  music.put("r/var/lib/dpkg/info/def:amd64.md5sums", `${sum}  usr/share/def/d.ogg\n`);
  await music.add();
  expect(await owners()).toEqual({ "r/usr/share/abc/a.ogg": ["abc"], "r/usr/share/def/d.ogg": ["def"] });
  const [first] = await tableRows(await music.newest(), "package_files");
  expect(first).toMatchObject({ scope_path: "r", scope_path_b64: null });
  music.put("r/new.txt", "something new");
  await music.add();
  const packages = (await tableRows(await music.newest(), "package_files")).map((row) => String(row.package));
  expect(new Set(packages)).toEqual(new Set(["abc", "def"]));
  expect(packages).toHaveLength(2);
});
