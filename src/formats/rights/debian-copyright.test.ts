import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDep5, matchDep5, parseDep5 } from "./dep5.ts";
import { matchesGlob } from "./glob.ts";
import { chooseLicence } from "./licence-expression.ts";
import { recogniseGrants } from "./package-copyright.ts";

const HEADER =
  "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: game\n";
const GAME = `${HEADER}
Files: *
Copyright: 2001 A
 2002 B
License: GPL-2

Files: engine/*
Copyright: C
License: MIT
 Text of the licence.
 .
 More text.

Files: data/music/*
 data/sound/*.ogg
Copyright: D
License: GPL-2+ or CC-BY-SA-3.0

License: GPL-2
 Text.
`;

function stanzaFor(text: string, installedPath: string): string | null {
  const file = parseDep5(text);
  return file.ok ? (matchDep5(file.stanzas, installedPath)?.stanza.licence ?? null) : null;
}

describe("DEP-5", () => {
  test.each([
    ["usr/share/games/game/music/a.ogg", "GPL-2+ or CC-BY-SA-3.0"],
    ["usr/share/game/music/deep/a.ogg", "GPL-2+ or CC-BY-SA-3.0"],
    ["usr/share/games/game/sound/a.ogg", "GPL-2+ or CC-BY-SA-3.0"],
    ["usr/share/games/game/sound/a.wav", "GPL-2"],
    ["usr/share/games/engine/Data/Music/a.ogg", "GPL-2"],
    ["usr/share/games/game/levels/a.ogg", "GPL-2"],
    ["music/a.ogg", "GPL-2"],
  ])("of %s says %s", (path, licence) => expect(stanzaFor(GAME, path)).toBe(licence));

  test("the last stanza that matches wins", () => {
    expect(stanzaFor(`${HEADER}\nFiles: *\nLicense: MIT\n\nFiles: *\nLicense: ISC\n`, "a")).toBe("ISC");
  });

  test.each([
    ["music/*", "usr/share/games/foo/data/music/a.ogg"],
    ["music/*", "usr/share/games/foo/1.16/music/a.ogg"],
    ["music/*", "usr/lib/x86_64-linux-gnu/foo/music/a.ogg"],
    ["assets/music/*", "usr/share/games/foo/music/a.ogg"],
    ["foo/data/music/*", "usr/share/games/foo/music/a.ogg"],
    ["foo/*", "usr/share/games/foo/music/a.ogg"],
    ["src/*/music/a.ogg", "usr/share/foo/bar/music/a.ogg"],
  ])("%s may be meant for %s, and then the stanza for all files is not enough", (pattern, path) => {
    const licences = ["GPL-2", "CC-BY-NC-3.0"].map((licence) => {
      const file = parseDep5(
        `${HEADER}\nFiles: *\nLicense: GPL-2\n\nFiles: ${pattern}\nLicense: ${licence}\n`,
      );
      const match = file.ok ? matchDep5(file.stanzas, path) : null;
      return (
        match && { stanza: match.stanza.index, rivals: match.rivals.length, licence: match.stanza.licence }
      );
    });
    expect(licences[0]?.rivals).toBe(0);
    expect(licences[1]?.stanza === 1 || licences[1]?.rivals === 1).toBe(true);
  });

  test("a file's name alone, or a folder within the name of another, makes no rival", () => {
    const text = `${HEADER}\nFiles: *\nLicense: GPL-2\n\nFiles: extra/icons/*\n lib/a.ogg\nLicense: MIT\n`;
    const file = parseDep5(text);
    const match = file.ok ? matchDep5(file.stanzas, "usr/share/games/foo/music/a.ogg") : null;
    expect(match?.rivals).toEqual([]);
  });

  test("reads CRLF, a byte order mark, folded fields and the old format line", () => {
    const text = `\ufeff${GAME.replaceAll("\n", "\r\n")}`;
    expect(stanzaFor(text, "usr/share/games/game/music/a.ogg")).toBe("GPL-2+ or CC-BY-SA-3.0");
    expect(isDep5("Format-Specification: http://dep.debian.net/deps/dep5/\n")).toBe(true);
    const file = parseDep5(GAME);
    expect(file.ok && file.stanzas[0]?.copyright).toBe("2001 A; 2002 B");
  });

  test.each(["", "This package was made by X.", "Format: 1.0\nFiles: *\nLicense: MIT\n", HEADER])(
    "%j has no stanzas",
    (text) => expect(parseDep5(text).ok).toBe(false),
  );

  test("survives any text", () => {
    const parts = fc.constantFrom(
      "Files:",
      " *",
      "\n",
      "License:",
      " GPL",
      "\n\n",
      HEADER,
      "Copyright:",
      " ",
      "\t",
      ".",
      "x",
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 200 }),
        (words) => typeof parseDep5(words.join("")).ok === "boolean",
      ),
    );
  });
});

describe("patterns", () => {
  test.each([
    ["*", "a/b", true],
    ["data/*", "data/a/b.ogg", true],
    ["data/*", "data", false],
    ["*.ogg", "a/b.ogg", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    [String.raw`a\*c`, "a*c", true],
    [String.raw`a\*c`, "abc", false],
    ["a*b*c", "a--b--b--c", true],
    ["a*b*c", "a--c--b", false],
    ["", "", true],
    ["", "a", false],
  ])("%s against %s: %s", (pattern, path, matches) => expect(matchesGlob(pattern, path)).toBe(matches));

  test("a pattern of stars does not hang", () => {
    expect(matchesGlob(`${"*a".repeat(500)}b`, "a".repeat(5000))).toBe(false);
  });

  test("a path without wildcards matches itself only", () => {
    const plain = fc.string().map((text) => text.replace(/[*?\\]/g, ""));
    fc.assert(fc.property(plain, plain, (a, b) => matchesGlob(a, b) === (a === b)));
  });
});

test.each([
  ["GPL-2+ or CC-BY-SA-3.0", "GPL-2.0-or-later"],
  ["OFL-1.1 or CC-BY-3.0", "CC-BY-3.0"],
  ["GPL-2 and GPL-2", "GPL-2.0-only"],
  ["GPL-2 or later", "GPL-2.0-or-later"],
])("of %s the licence to use is %s", (expression, spdx) =>
  expect(chooseLicence(expression)).toEqual({ ok: true, spdx }),
);

test.each(["", "GPL-2 and MIT", "OFL-1.1", "Proprietary or Shareware", "or or or"])(
  "%j leaves no licence to use",
  (expression) => expect(chooseLicence(expression).ok).toBe(false),
);

describe("copyright files in prose", () => {
  test.each([
    [
      "a GNU grant over several lines",
      "License:\n  This program is free software; you can redistribute it under\n  the terms of the GNU General Public License version 2\n  or at your option any later version.\n",
      ["GPL-2.0-or-later"],
    ],
    [
      "the usual GNU grant",
      "under the terms of the GNU General Public License as published by\nthe Free Software Foundation; either version 3 of the License, or\n(at your option) any later version.",
      ["GPL-3.0-or-later"],
    ],
    ["one version only", "the GNU Lesser General Public License, version 2.1.", ["LGPL-2.1-only"]],
    [
      "the text of a Creative Commons licence",
      'THIS CREATIVE COMMONS PUBLIC LICENSE ("CCPL")\n"License Elements" means the following high-level\n attributes of this License: Attribution, ShareAlike.\n (e.g., Attribution-ShareAlike 3.0 US)\n\nDebian packaging is licensed under the GNU General Public License version 2',
      ["CC-BY-SA-3.0"],
    ],
    ["a link", "Music: https://creativecommons.org/licenses/by/4.0/", ["CC-BY-4.0"]],
    [
      "what follows a divider",
      "GNU General Public License version 2\n\n   -----\n\nfonts/ is under the GNU Library General Public License; version 2",
      ["GPL-2.0-only"],
    ],
    ["nothing", "Copyright 2001 X. All rights reserved.", []],
  ])("says of %s what it grants", (_, text, licences) => {
    expect(recogniseGrants(text)).toEqual({ licences, ambiguous: false });
  });

  test("two licences are ambiguous", () => {
    const text =
      "code: GNU General Public License version 2; art: http://creativecommons.org/licenses/by/3.0/";
    expect(recogniseGrants(text)).toEqual({ licences: ["CC-BY-3.0", "GPL-2.0-only"], ambiguous: true });
  });

  test.each([
    [
      "another licence for music",
      "GNU General Public License version 2\n-----\nmusic/ is http://creativecommons.org/licenses/by-nc/3.0/",
    ],
    [
      "music under words that nobody knows",
      "GNU General Public License version 2\n-----\nThe soundtrack: ask Bob.",
    ],
    [
      "two addresses",
      "http://creativecommons.org/licenses/by/3.0/ and http://creativecommons.org/licenses/by-nc-nd/3.0/",
    ],
  ])("%s is ambiguous", (_, text) => expect(recogniseGrants(text).ambiguous).toBe(true));

  test("survives any text", () => {
    const words = fc.constantFrom(
      "GNU ",
      "General Public License",
      " version ",
      "2",
      " or ",
      "any later",
      "\n",
      "---",
      "license elements",
      ": attribution",
      ", ",
      "sharealike.",
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 300 }),
        (parts) => recogniseGrants(parts.join("")).licences.length < 10,
      ),
    );
  });
});
