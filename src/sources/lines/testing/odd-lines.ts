/** A shape for lines of tests. */
export const LINE_FIELDS = {
  id: "VARCHAR",
  length: "BIGINT",
  media: { list: { fields: { position: "BIGINT", title: "VARCHAR" } } },
} as const;

/** A line of that shape. */
export function goodLine(id: string): string {
  return JSON.stringify({ id, length: 5, media: [{ position: 1, title: "t" }] });
}

/** A line that is refused, and why. */
export type OddLine = readonly [name: string, line: string, reason: string];

/** Those that are refused by whoever reads them. */
export const ODD_LINES: readonly OddLine[] = [
  ["a number where a list should be", '{"id":"x","media":5}', "media is a number where a list should be"],
  ["a list in a list", '{"id":"x","media":[[1]]}', "media[0] is a list where an object should be"],
  ["a text where a number should be", '{"length":"long"}', "length is a text where a number should be"],
  ["an object where a list should be", '{"media":{}}', "media is an object where a list should be"],
  ["a broken line", '{"id":"x"]}', "not valid JSON"],
  ["half of a character", '{"id":"\\ud800"}', "a text with half of a character"],
  ["two documents in one line", '{"id":"x"}{"id":"y"}', "not valid JSON"],
  ["a document that is not wanted", '{"id":"refused"}', "not wanted"],
];
