import { ROW_GROUP_ROWS } from "../../core/row-groups.ts";

const NEWLINE = 0x0a;
/** What releases take, and parsing a row that is then passed over: parts of what a track takes, measured. */
const RELEASE_SHARE = 0.2;
const PASSED_SHARE = 0.09;

/**
 * After how many rows to cut a CSV file in two, so that one thread with the tracks before the cut and one with the releases and
 * the tracks after it end together: the second has to parse the rows before the cut too. Whole row groups; 0 is no cut. Only a
 * guess by the lines of the beginning, `head`: wherever the cut is, each row is on one side of it.
 */
export function planCutRow(head: Buffer, sizeBytes: number, hasReleases: boolean): number {
  let lines = 0;
  let end = 0;
  for (let at = head.indexOf(NEWLINE); at >= 0; at = head.indexOf(NEWLINE, end)) {
    lines += 1;
    end = at + 1;
  }
  if (lines === 0) return 0;
  const rows = (sizeBytes / end) * lines;
  const share = (1 + (hasReleases ? RELEASE_SHARE : 0)) / (2 - PASSED_SHARE);
  return Math.floor((rows * share) / ROW_GROUP_ROWS) * ROW_GROUP_ROWS;
}
