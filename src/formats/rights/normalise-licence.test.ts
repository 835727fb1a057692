import fc from "fast-check";
import { expect, test } from "vitest";
import { licenceTerms } from "./licence-terms.ts";
import { normaliseLicence } from "./normalise-licence.ts";

test.each([
  ["http://creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"],
  ["https://creativecommons.org/licenses/by-sa/3.0", "CC-BY-SA-3.0"],
  ["//creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"],
  ["www.creativecommons.org/licenses/by-nc/2.5/deed.de", "CC-BY-NC-2.5"],
  ["creativecommons.org/licenses/by-nc-nd/3.0/us/", "CC-BY-NC-ND-3.0"],
  ["HTTP://CreativeCommons.org/Licenses/BY-NC-SA/2.0/", "CC-BY-NC-SA-2.0"],
  ["creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"],
  [
    "2011 Somebody. Licensed to the public under http://creativecommons.org/licenses/by/3.0/ verify at x",
    "CC-BY-3.0",
  ],
  ["https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"],
  ["https://creativecommons.org/publicdomain/mark/1.0/deed.en", "CC-PDM-1.0"],
  ["Public Domain Mark 1.0", "CC-PDM-1.0"],
  ["CC0", "CC0-1.0"],
  ["CC0 1.0 Universal", "CC0-1.0"],
  ["CC0-1.0", "CC0-1.0"],
  ["CC BY-SA 3.0", "CC-BY-SA-3.0"],
  ["CC-BY-SA-3.0+", "CC-BY-SA-3.0"],
  ["cc-by-nc-nd 4.0", "CC-BY-NC-ND-4.0"],
  ["Attribution-ShareAlike 3.0 Unported", "CC-BY-SA-3.0"],
  ["Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International License", "CC-BY-NC-ND-4.0"],
  ["Creative Commons: Attribution 3.0", "CC-BY-3.0"],
  ["GPL", "GPL-1.0-or-later"],
  ["GPL-2+", "GPL-2.0-or-later"],
  ["GPL-2", "GPL-2.0-only"],
  ["GPLv3", "GPL-3.0-only"],
  ["GPL-2.0-or-later", "GPL-2.0-or-later"],
  ["GPL-2.0-only", "GPL-2.0-only"],
  ["GNU GPL v2 or later", "GPL-2.0-or-later"],
  ["GNU General Public License version 3", "GPL-3.0-only"],
  ["LGPL-2.1+", "LGPL-2.1-or-later"],
  ["AGPL-3", "AGPL-3.0-only"],
  ["http://www.gnu.org/licenses/gpl-3.0.html", "GPL-3.0-only"],
  ["https://www.gnu.org/licenses/old-licenses/gpl-2.0.txt", "GPL-2.0-only"],
  ["Expat", "MIT"],
  ["Apache-2.0", "Apache-2.0"],
  ["http://rightsstatements.org/vocab/NoC-US/1.0/", "NoC-US"],
])("%s means %s", (raw, spdx) => expect(normaliseLicence(raw)).toMatchObject({ ok: true, spdx }));

test.each([
  "",
  "   ",
  "All rights reserved",
  "(c) 2003 Somebody",
  "© 2010 Label. All rights reserved. Not http://creativecommons.org/licenses/by/3.0/",
  "Public domain",
  "free for personal use",
  "CC BY-SA",
  "Creative Commons",
  "Attribution 3.0 to my cat",
  "CC BY-SA-ND 3.0",
  "CC BY 9.0",
  "http://creativecommons.org/licenses/by/7.0/",
  "http://creativecommons.org/licenses/sampling+/1.0/",
  "http://example.org/creativecommons/licenses/by/3.0/",
  "http://notcreativecommons.org/licenses/by/3.0/",
  "http://example.org/creativecommons.org/licenses/by/3.0/",
  "http://creativecommons.org/licenses/by/3.0/ http://creativecommons.org/licenses/by-nc/3.0/",
  "GPL-7",
  "GPL-incompatible",
  "not GPL",
  "proprietary",
  "x".repeat(5000),
])("%j is no licence", (raw) => expect(normaliseLicence(raw).ok).toBe(false));

test("ports keep their address, and nothing else of the URL survives", () => {
  expect(normaliseLicence("http://creativecommons.org/licenses/by/3.0/us/legalcode")).toMatchObject({
    uri: "https://creativecommons.org/licenses/by/3.0/us/",
  });
  expect(normaliseLicence("http://creativecommons.org/licenses/by/3.0/deed.fr")).toMatchObject({
    uri: "https://creativecommons.org/licenses/by/3.0/",
  });
});

test("the name of a licence means itself", () => {
  const names = [
    "CC-BY-4.0",
    "CC-BY-NC-SA-3.0",
    "CC0-1.0",
    "GPL-3.0-or-later",
    "LGPL-2.1-only",
    "MIT",
    "ISC",
    "MPL-2.0",
  ];
  for (const name of names) {
    expect(normaliseLicence(name)).toMatchObject({ ok: true, spdx: name });
    expect(licenceTerms(name)).not.toBeNull();
  }
});

test("no text makes it hang or throw", () => {
  const words = fc.constantFrom(
    "creativecommons.org",
    "/licenses/",
    "by",
    "-",
    "nc",
    "gpl",
    " ",
    "3.0",
    "/",
    "http:",
    "share",
    "or later",
    "+",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 400 }).map((parts) => parts.join("")),
      ),
      (text) => typeof normaliseLicence(text).ok === "boolean",
    ),
  );
});

test.each([
  ["CC-BY-4.0", { disseminate: true, derive: true, commercial: true, attribution: true, shareAlike: false }],
  ["CC-BY-NC-ND-4.0", { disseminate: true, derive: true, commercial: false }],
  ["CC-BY-ND-3.0", { disseminate: true, derive: false, commercial: true }],
  ["CC-BY-SA-2.5", { shareAlike: true, derive: true }],
  ["CC0-1.0", { attribution: false, derive: true }],
  ["GPL-2.0-or-later", { disseminate: true, derive: true, commercial: true, shareAlike: true }],
])("%s has its terms", (spdx, terms) => expect(licenceTerms(spdx)).toMatchObject(terms));

test.each(["", "Proprietary", "InC", "NoC-US", "CC-BY-5.0", "CC-BY-SA-ND-3.0", "GPL-9.0-only", "cc-by-4.0"])(
  "the terms of %j are not known",
  (spdx) => expect(licenceTerms(spdx)).toBeNull(),
);
