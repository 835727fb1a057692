import { describe, expect, test } from "vitest";
import { DocumentIndex, type PackageOwner } from "./document-index.ts";
import type { RightsDocument } from "./document-statements.ts";

const HEADER = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";
const GAME = `${HEADER}
Files: *
Copyright: 2001 Engine People <a@example.org>
License: GPL-3+

Files: data/music/*
Copyright: 2002 Musician
License: CC-BY-SA-3.0

Files: data/sound/*
Copyright: 2003 Someone
License: Custom

Files: data/both/*
License: GPL-2+ and MIT
`;

function documentAt(path: string, text: string, more: Partial<RightsDocument> = {}): RightsDocument {
  const scope = /^(?:(.*)\/)?(?:usr\/share\/doc\/[^/]+|debian)\/copyright$/.exec(path)?.[1] ?? "";
  return {
    source: "audio:m",
    root: "/music",
    path: Buffer.from(path),
    scope: Buffer.from(scope),
    displayPath: path,
    displayScope: scope,
    package: /usr\/share\/doc\/([^/]+)\//.exec(path)?.[1] ?? null,
    sha256: "1".repeat(64),
    text,
    accession: "audio-m-1",
    date: "2026-01-01T00:00:00Z",
    ...more,
  };
}

function answer(
  documents: readonly RightsDocument[],
  path: string,
  owners: readonly PackageOwner[] = [],
  listed: readonly { source: string; scope: Buffer }[] = [],
): string | null {
  const finding = new DocumentIndex(documents, listed).findingFor({
    source: "audio:m",
    path: Buffer.from(path),
    owners,
  });
  return finding && `${finding.statement.source} ${finding.statement.licence ?? finding.statement.noRight}`;
}

const DOCUMENT = "usr/share/doc/game/copyright";

describe("a machine-readable copyright file", () => {
  test.each([
    ["usr/share/games/game/music/a.ogg", "dep5 CC-BY-SA-3.0"],
    ["usr/share/games/game/levels/a.ogg", "dep5 GPL-3.0-or-later"],
    ["usr/share/games/game/sound/a.ogg", "dep5 unreadable"],
    ["usr/share/games/game/both/a.ogg", "dep5 unreadable"],
    ["home/me/music/a.ogg", null],
    ["a.ogg", null],
  ])("says of %s: %s", (path, expected) => {
    expect(answer([documentAt(DOCUMENT, GAME)], path)).toBe(expected);
  });

  test("that no stanza of which matches gives no right", () => {
    const text = `${HEADER}\nFiles: src/*\nLicense: MIT\n`;
    expect(answer([documentAt(DOCUMENT, text)], "usr/share/game/a.ogg")).toBe("dep5 unreadable");
  });

  test("keeps the holders, the stanza and the package for whoever asks", () => {
    const index = new DocumentIndex([documentAt(DOCUMENT, GAME)], []);
    const path = Buffer.from("usr/share/games/game/music/a.ogg");
    expect(index.findingFor({ source: "audio:m", path, owners: [] })).toMatchObject({
      holders: "2002 Musician",
      packageName: "game",
      statement: {
        stanza: "data/music/*",
        document: DOCUMENT,
        confidence: "high",
        evidenceSha256: "1".repeat(64),
      },
    });
  });

  test("is found when the source begins inside the package", () => {
    const inside = documentAt("doc/game/copyright", GAME, { root: "/x/game/usr/share", package: "game" });
    expect(answer([inside], "games/game/music/a.ogg")).toBe("dep5 CC-BY-SA-3.0");
  });

  test("of a source tree speaks for all of the tree", () => {
    expect(answer([documentAt("game-1.0/debian/copyright", GAME)], "game-1.0/data/music/a.ogg")).toBe(
      "dep5 CC-BY-SA-3.0",
    );
    expect(answer([documentAt("game-1.0/debian/copyright", GAME)], "other/data/music/a.ogg")).toBeNull();
  });
});

describe("a copyright file in prose", () => {
  test.each([
    ["GNU General Public License version 2 or any later version", "package-copyright GPL-2.0-or-later"],
    ["Nobody knows.", "package-copyright unreadable"],
    [
      "code: GNU General Public License version 2; art: http://creativecommons.org/licenses/by/3.0/",
      "package-copyright unreadable",
    ],
  ])("that says %j: %s", (text, expected) => {
    expect(answer([documentAt(DOCUMENT, text)], "usr/share/games/game/a.ogg")).toBe(expected);
  });
});

describe("several copyright files", () => {
  const one = documentAt("usr/share/doc/one/copyright", `${HEADER}\nFiles: *\nLicense: MIT\n`);
  const two = documentAt("usr/share/doc/two/copyright", `${HEADER}\nFiles: *\nLicense: ISC\n`);
  const nested = documentAt("x/usr/share/doc/three/copyright", `${HEADER}\nFiles: *\nLicense: Zlib\n`);
  const scope = Buffer.alloc(0);

  test("for one folder are ambiguous without a package list", () => {
    expect(answer([one, two], "usr/share/a.ogg")).toBe("package-copyright ambiguous");
  });

  test("for one folder are told apart by the package lists", () => {
    const owner = { package: "two", scope };
    expect(answer([one, two], "usr/share/a.ogg", [owner], [{ source: "audio:m", scope }])).toBe("dep5 ISC");
  });

  test("say nothing of a file that the lists do not name, nor of one whose package has none", () => {
    const listed = [{ source: "audio:m", scope }];
    expect(answer([one, two], "usr/share/mine.ogg", [], listed)).toBeNull();
    expect(answer([one, two], "usr/share/a.ogg", [{ package: "other", scope }], listed)).toBeNull();
  });

  test("a file of two packages is ambiguous", () => {
    const owners = ["one", "two"].map((name) => ({ package: name, scope }));
    expect(answer([one, two], "usr/share/a.ogg", owners)).toBe("package-copyright ambiguous");
  });

  test("the nearest folder above wins, and what it does not install is not its own", () => {
    expect(answer([one, nested], "x/usr/share/a.ogg")).toBe("dep5 Zlib");
    expect(answer([one, nested], "usr/share/a.ogg")).toBe("dep5 MIT");
    expect(answer([one, nested], "x/home/a.ogg")).toBeNull();
  });

  test("of another source speak for none of this one", () => {
    expect(answer([{ ...one, source: "audio:other" }], "usr/share/a.ogg")).toBeNull();
  });

  test("folders whose names look alike once they are text are told apart by their bytes", () => {
    const bytes = (tail: string): Buffer => Buffer.concat([Buffer.from([0xff]), Buffer.from(tail)]);
    const odd = { ...one, path: bytes("/usr/share/doc/one/copyright"), scope: bytes("") };
    const index = new DocumentIndex([odd], []);
    const file = (first: number): Buffer =>
      Buffer.concat([Buffer.from([first]), Buffer.from("/usr/share/a.ogg")]);
    expect(index.findingFor({ source: "audio:m", path: file(0xff), owners: [] })).not.toBeNull();
    expect(index.findingFor({ source: "audio:m", path: file(0xfe), owners: [] })).toBeNull();
  });
});
