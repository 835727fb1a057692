import type { DuplicateCluster } from "../../packing/index.ts";
import type { Output } from "../report/output.ts";
import { type Column, printFields, printTable } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "RECORDING" },
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "CODEC" },
  { name: "KBPS", align: "right" },
  { name: "ALIKE", align: "right" },
  { name: "GATE" },
  { name: "LICENCE", shrinks: true },
];

export function showDuplicates(
  output: Output,
  report: {
    readonly tracks: number;
    readonly withoutFingerprint: number | null;
    readonly recordings: number;
    readonly rightsConflicts: number;
    readonly shown: readonly DuplicateCluster[];
  },
): void {
  if (output.isTerminal || report.shown.length === 0) {
    printFields(output, [
      ["tracks", report.tracks],
      ["too short to tell", report.withoutFingerprint || null],
      ["in several tracks", `${report.recordings} recordings`],
      ["rights conflicts", report.rightsConflicts || null, "yellow"],
    ]);
    if (report.shown.length === 0) return;
    output.line("");
  }
  printTable(
    output,
    COLUMNS,
    report.shown.flatMap(({ representative, tracks, pairs, isRightsConflict }) =>
      tracks.map(({ id, title, codec, bitrateKbps, gate, licence }) => {
        const alike = pairs.filter(({ a, b }) => a === id || b === id).map(({ similarity }) => similarity);
        return [
          id === representative ? `${id} (best)` : representative,
          id,
          title,
          codec,
          Math.round(bitrateKbps),
          Math.max(...alike).toFixed(3),
          isRightsConflict ? `${gate}, conflict` : gate,
          licence,
        ];
      }),
    ),
  );
}
