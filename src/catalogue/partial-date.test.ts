import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePartialDate } from "./partial-date.ts";

test.each([
  ["2008", "2008", "year"],
  [" 2008 ", "2008", "year"],
  ["2008-05", "2008-05", "month"],
  ["2008-5", "2008-05", "month"],
  ["2008-05-17", "2008-05-17", "day"],
  ["2008.5.7", "2008-05-07", "day"],
  ["20080517", "2008-05-17", "day"],
  ["2008-05-17T00:00:00Z", "2008-05-17", "day"],
  ["2008-05-17 12:00", "2008-05-17", "day"],
  ["2008-00-00", "2008", "year"],
  ["2008-05-00", "2008-05", "month"],
  ["2008-13-45", "2008", "year"],
  ["2009-02-29", "2009-02", "month"],
  ["2008-02-29", "2008-02-29", "day"],
  ["17 May 2008", "2008", "year"],
  ["01/05/2008", "2008", "year"],
])("reads %j as %j to the %s", (text, date, precision) => {
  expect(parsePartialDate(text)).toEqual({ date, precision });
});

test.each([
  "",
  "unknown",
  "1",
  "0000",
  "0999-01-01",
  "2008 (remastered 2015)",
  "123456",
  `2008${" ".repeat(99)}x`,
])("finds no date in %j", (text) => {
  expect(parsePartialDate(text)).toBeNull();
});

test("every real day comes back as it went in, and no text makes it throw", () => {
  const days = fc.date({ min: new Date("1000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(days, fc.string(), (day, text) => {
      const date = day.toISOString().slice(0, 10);
      expect(parsePartialDate(date)).toEqual({ date, precision: "day" });
      const parsed = parsePartialDate(text);
      expect(parsed === null || /^\d{4}(-\d{2}){0,2}$/.test(parsed.date)).toBe(true);
    }),
  );
});
