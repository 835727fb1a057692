import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("fields are quoted where they must be, and null is not the empty text", () => {
  expect(csvLine(["a,b", 'say "so"', "two\nlines", null, "", 5n, true])).toBe(
    '"a,b","say ""so""","two\nlines",,"",5,true\r\n',
  );
  expect(csvLine([[1n, "x"], { a: null }, new Date(0)])).toBe(
    '"[""1"",""x""]","{""a"":null}",1970-01-01T00:00:00.000Z\r\n',
  );
});
