import { formatSize } from "../../core/sizes.ts";
import type { PackPreview, PackSummary } from "../../packing/index.ts";
import { counted } from "../report/counted.ts";
import type { Output } from "../report/output.ts";
import { type Column, printFields, printTable, sizeCell } from "../report/table.ts";

const SHARD_COLUMNS: readonly Column[] = [
  { name: "SEALED SHARD" },
  { name: "GATE" },
  { name: "TRACKS", align: "right" },
  { name: "SIZE", align: "right" },
];
const QUARANTINE_COLUMNS: readonly Column[] = [
  { name: "QUARANTINED" },
  { name: "PATH", shrinks: true },
  { name: "REASON" },
  { name: "DETAIL", wraps: true },
];
const SHOWN_SHARDS = 20;

export function showPackSummary(output: Output, summary: PackSummary): void {
  const { packed, shards, archive } = summary;
  printFields(output, [
    ["plan", summary.plan, "bold"],
    ["packed as originals", packed.original],
    ["packed as access copies", packed["access-copy"]],
    ["packed before", summary.alreadySealed || null],
    ["packed anew", summary.packedAnew || null],
    ["quarantined", summary.quarantined || null, "red"],
    ["in the archive", `${counted(archive.shards, "shard")}, ${formatSize(archive.bytes)}`],
  ]);
  if (shards.length > 0) {
    output.line();
    const shown = output.isTerminal ? shards.slice(0, SHOWN_SHARDS) : shards;
    printTable(
      output,
      SHARD_COLUMNS,
      shown.map(({ id, gate, tracks, sizeBytes }) => [id, gate, tracks, sizeCell(output, sizeBytes)]),
    );
    if (shown.length < shards.length) output.line(`… and ${shards.length - shown.length} more`);
  }
  if (summary.quarantine.length === 0) return;
  output.line();
  printTable(
    output,
    QUARANTINE_COLUMNS,
    summary.quarantine.map(({ track_id, path, reason, detail }) => [track_id, path, reason, detail]),
  );
}

export function showPackPreview(output: Output, preview: PackPreview & { readonly freeBytes: number }): void {
  const { toPack, gates, shards } = preview;
  const amount = ({ tracks, bytes }: { readonly tracks: number; readonly bytes: number }): string =>
    `${counted(tracks, "track")}, ${formatSize(bytes)}`;
  printFields(output, [
    ["plan", preview.plan, "bold"],
    ["originals to pack", amount(toPack.original)],
    ["access copies to pack", amount(toPack["access-copy"])],
    ["free to go out", amount(gates.open)],
    ["dark", amount(gates.dark)],
    ["new shards", `${shards.count}, ${formatSize(shards.bytes)} (estimated)`],
    ["packed before", preview.alreadySealed],
    ["to pack anew", preview.toPackAnew || null],
    ["quarantined", preview.quarantined || null],
    ["room on the disk", formatSize(preview.freeBytes)],
  ]);
}
