import { join } from "node:path";
import { formatSize } from "../../core/sizes.ts";
import type { Preservation } from "../preserve/preserve.ts";
import { counted } from "../report/counted.ts";
import type { Output } from "../report/output.ts";
import { type Field, printFields } from "../report/table.ts";

/** The end of `preserve`: what was kept, what goes out, where things are and what to do next. */
export function showPreservation(output: Output, archiveRoot: string, result: Preservation): void {
  if (output.isTerminal) output.line();
  printFields(output, [
    ["archive", archiveRoot, "bold"],
    ...keptFields(result),
    ...releaseFields(result),
    ...nextFields(result),
  ]);
}

function keptFields({ plan, pack }: Preservation): readonly Field[] {
  const { original, "access-copy": accessCopy, "metadata-only": metadataOnly } = plan.totals;
  if (pack === null) return [["packed", "nothing: the plan was not agreed to", "yellow"]];
  return [
    ["kept bit for bit", original.tracks > 0 ? counted(original.tracks, "track") : null, "green"],
    [
      "kept as access copies",
      accessCopy.tracks > 0 ? `${counted(accessCopy.tracks, "track")}, Opus` : null,
      "green",
    ],
    ["metadata only", metadataOnly.tracks > 0 ? counted(metadataOnly.tracks, "track") : null],
    [
      "quarantined",
      pack.quarantined > 0 ? `${counted(pack.quarantined, "damaged track")} of these: deadwax status` : null,
      "red",
    ],
    ["takes", `${formatSize(pack.archive.bytes)} in ${counted(pack.archive.shards, "shard")}`],
  ];
}

function releaseFields({ release, notReleased, verified }: Preservation): readonly Field[] {
  if (release === null) {
    return [["released", notReleased === null ? null : `nothing: ${notReleased}`, "yellow"]];
  }
  const { tracks, sizeBytes, folder, name, torrents } = release;
  const size = sizeBytes === null ? "" : `, ${formatSize(sizeBytes)}`;
  const verdict = verified?.ok ? "verified: nothing is wrong" : "NOT as it should be";
  return [
    ["release", `${name}: ${counted(tracks.released, "track")}${size}`, "bold"],
    ["checked", verdict, verified?.ok ? "green" : "red"],
    [
      "dark",
      tracks.withheld > 0
        ? `${counted(tracks.withheld, "track")} kept, but not released: deadwax rights report`
        : null,
    ],
    ["bag", folder],
    ...torrents.flatMap(({ kind, file, magnet }): Field[] => [
      [`${kind} torrent`, join(folder, "..", file)],
      ...(kind === "hybrid" ? [["magnet", magnet] as const] : []),
    ]),
  ];
}

function nextFields({ pack, release }: Preservation): readonly Field[] {
  if (pack === null) return [];
  if (release === null) {
    return [["next", "record a right that you can prove: deadwax rights declare --help"]];
  }
  return [["next", "open the torrent in any client, pointed at the folder of the bag, and it seeds"]];
}
