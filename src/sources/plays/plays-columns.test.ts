import { expect, test } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { parsePlay, playsColumns } from "./plays-columns.ts";

test.each([
  [["path", "plays"]],
  [["Plays", " ISRC ", "title"]],
  [["track_id", "plays", "note"]],
  [["path", "isrc", "track_id", "plays"]],
])("takes the header %j", (header) => {
  expect(playsColumns(header, "p.csv", 1).matches.length).toBeGreaterThan(0);
});

test.each([
  [["title", "plays"], "no column says which track"],
  [["path", "count"], 'no column "plays"'],
  [["path", "plays", "plays"], "twice"],
  [[], "no column says which track"],
])("refuses the header %j and names its line", (header, message) => {
  const refused = (): unknown => playsColumns(header, "p.csv", 3);
  expect(refused).toThrow(UsageError);
  expect(refused).toThrow(`"p.csv", line 3: `);
  expect(refused).toThrow(message);
});

const columns = playsColumns(["path", "isrc", "track_id", "plays", "note"], "p.csv", 1);

test.each([
  [["a/b.ogg", "", "", "5", ""], { matchKind: "path", matchValue: "a/b.ogg", plays: 5, note: null }],
  [
    [" leading.ogg", "", "", " 7 ", "n"],
    { matchKind: "path", matchValue: " leading.ogg", plays: 7, note: "n" },
  ],
  [
    ["", "us-rc1-76-07839", "", "0", ""],
    { matchKind: "isrc", matchValue: "USRC17607839", plays: 0, note: null },
  ],
  [
    ["", "", "0000000000001", "1", ""],
    { matchKind: "track_id", matchValue: "0000000000001", plays: 1, note: null },
  ],
])("reads %j", (fields, expected) => {
  expect(parsePlay(columns, fields)).toEqual({ ok: true, ...expected });
});

test.each([
  [["a.ogg", "", "", "5"], "4 fields where the header has 5"],
  [["", "", " ", "5", ""], "nothing says which track"],
  [["a.ogg", "USRC17607839", "", "5", ""], "more than one of path, isrc"],
  [["a.ogg", "", "", "-5", ""], '"-5" is no number of plays'],
  [["a.ogg", "", "", "1.5", ""], "no number of plays"],
  [["a.ogg", "", "", "1,000", ""], "no number of plays"],
  [["a.ogg", "", "", "", ""], "no number of plays"],
  [["a.ogg", "", "", "9999999999999999", ""], "no number of plays"],
  [["", "NOT-AN-ISRC", "", "5", ""], "is no isrc"],
  [["", "", "not an id", "5", ""], "is no track_id"],
  [["a\ufffd.ogg", "", "", "5", ""], "not valid UTF-8"],
])("says what is wrong with %j", (fields, reason) => {
  const parsed = parsePlay(columns, fields);
  expect(parsed.ok ? "" : parsed.reason).toContain(reason);
});
