import type { ArchiveStatus } from "../../audit/index.ts";
import { formatSize } from "../../core/sizes.ts";
import type { QuarantinedTrack } from "../../packing/index.ts";
import { counted } from "../report/counted.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";

const QUARANTINE_COLUMNS: readonly Column[] = [
  { name: "QUARANTINED" },
  { name: "PATH", shrinks: true },
  { name: "REASON" },
  { name: "DETAIL", wraps: true },
];

export function showStatus(
  output: Output,
  status: ArchiveStatus,
  quarantine: readonly QuarantinedTrack[],
): void {
  printFields(output, [
    ["archive", status.archive.root, "bold"],
    ["did", status.archive.did],
    ["in use by", status.busy, "yellow"],
    ["sources", sourcesText(status.sources)],
    ["catalogue", catalogueText(status.catalogue)],
    ["rights", rightsText(status.rights)],
    ["plan", planText(status.plan)],
    ["packed", packedText(status.packed)],
    [
      "waiting",
      status.packed.waiting > 0 ? `${counted(status.packed.waiting, "track")} of the plan` : null,
      "yellow",
    ],
    ["quarantined", status.packed.quarantined || null, "red"],
    ...releaseFields(status.releases),
    ["next", `${status.next.command} (${status.next.why})`, "cyan"],
  ]);
  if (quarantine.length === 0) return;
  output.line();
  printTable(
    output,
    QUARANTINE_COLUMNS,
    quarantine.map(({ track_id, path, reason, detail }) => [track_id, path, reason, detail]),
  );
}

function sourcesText({ accessions, names, rejected }: ArchiveStatus["sources"]): string {
  if (accessions === 0) return "none";
  const left = rejected > 0 ? `, ${counted(rejected, "file")} not taken in` : "";
  return `${names.join(", ")} (${counted(accessions, "accession")}${left})`;
}

function catalogueText(catalogue: ArchiveStatus["catalogue"]): string {
  if (catalogue === null) return "none";
  const { tracks, albums, artists, isCurrent } = catalogue;
  const parts = [counted(tracks, "track"), counted(albums, "album"), counted(artists, "artist")];
  return parts.join(", ") + outdated(isCurrent);
}

function rightsText(rights: ArchiveStatus["rights"]): string {
  return rights === null
    ? "not known"
    : `${rights.open} may go out, ${rights.dark} dark${outdated(rights.isCurrent)}`;
}

function planText(plan: ArchiveStatus["plan"]): string {
  if (plan === null) return "none";
  const { budgetBytes, original, accessCopy, metadataOnly, isCurrent } = plan;
  const budget = budgetBytes === null ? "no limit" : `budget ${formatSize(budgetBytes)}`;
  return `${counted(original.tracks, "original")}, ${accessCopy.tracks} as access copies, ${metadataOnly.tracks} metadata only (${budget})${outdated(isCurrent)}`;
}

function packedText({
  shards,
  bytes,
  original,
  accessCopy,
  unfinishedShards,
}: ArchiveStatus["packed"]): string {
  if (shards + unfinishedShards === 0) return "nothing";
  const sealed = `${counted(original, "original")}, ${accessCopy} as access copies: ${counted(shards, "shard")}, ${formatSize(bytes)}`;
  return unfinishedShards > 0 ? `${sealed}; ${unfinishedShards} unfinished` : sealed;
}

function releaseFields({
  count,
  latest,
  isCurrent,
  unfinished,
  broken,
}: ArchiveStatus["releases"]): readonly Field[] {
  return [
    [
      "releases",
      latest === null
        ? "none"
        : `${count}; the last is ${latest.name}, ${counted(latest.tracks, "track")}${outdated(isCurrent)}`,
    ],
    ["unfinished", unfinished.join(", ") || null, "yellow"],
    ["broken", broken.join(", ") || null, "red"],
  ];
}

function outdated(isCurrent: boolean): string {
  return isCurrent ? "" : " (out of date)";
}
