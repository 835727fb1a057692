import { formatSize } from "../../core/sizes.ts";
import type { AnnouncedTorrent, ReleaseSummary } from "../../release/index.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";

const WITHHELD_COLUMNS: readonly Column[] = [{ name: "DARK TRACK" }, { name: "REASON", shrinks: true }];
const SHOWN_WITHHELD = 20;

export function showRelease(output: Output, summary: ReleaseSummary): void {
  const { tracks, shards, licences, withheld } = summary;
  const state = summary.created
    ? ""
    : summary.upToDate
      ? " (as before: nothing was made)"
      : " (would be made)";
  printFields(output, [
    ["release", summary.name + state, "bold"],
    ["folder", summary.folder],
    ["follows", summary.previous],
    ["tracks", tracks.released],
    ["metadata only", tracks.metadataOnly || null],
    ["dark", tracks.withheld || null, "yellow"],
    ["licences", tallied(licences)],
    ["why dark", tallied(summary.withheldReasons)],
    [
      "shards",
      `${shards.whole} as they are, ${shards.rewritten} without their dark tracks, ${shards.leftOut} left out`,
    ],
    ["size", summary.sizeBytes === null ? null : formatSize(summary.sizeBytes)],
    ...summary.torrents.flatMap(torrentFields),
  ]);
  if (withheld.length === 0 || !output.isTerminal) return;
  output.line();
  printTable(
    output,
    WITHHELD_COLUMNS,
    withheld.slice(0, SHOWN_WITHHELD).map(({ trackId, reason }) => [trackId, reason]),
  );
  if (tracks.withheld > SHOWN_WITHHELD)
    output.line(`… and ${tracks.withheld - SHOWN_WITHHELD} more: deadwax rights report`);
}

function torrentFields({ kind, file, infohashV1, infohashV2, magnet }: AnnouncedTorrent): readonly Field[] {
  return [
    [`${kind} torrent`, file],
    ["  infohash v1", infohashV1],
    ["  infohash v2", infohashV2],
    ["  magnet", magnet],
  ];
}

function tallied(tallies: ReleaseSummary["licences"]): string | null {
  return tallies.map(({ name, tracks }) => `${name} (${tracks})`).join(", ") || null;
}
