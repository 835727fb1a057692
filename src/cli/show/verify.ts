import type { Finding, Severity, VerifyReport } from "../../audit/index.ts";
import { formatSize } from "../../core/sizes.ts";
import { counted } from "../report/counted.ts";
import type { Output } from "../report/output.ts";
import { printable } from "../report/printable.ts";
import type { Style } from "../report/style.ts";
import { printFields } from "../report/table.ts";

const SEVERITY_STYLE: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", note: "dim" };
const SHOWN_FINDINGS = 50;
const SHOWN_TRACKS = 5;

/** What was checked, what is wrong, where, what it touches and what to do about it. */
export function showVerifyReport(output: Output, report: VerifyReport): void {
  const { release, checked, tracks, findings } = report;
  const verdict = report.ok
    ? "nothing is wrong"
    : `${counted(tracks.damaged, "track")} touched by what is wrong`;
  printFields(output, [
    ["release", release.name, "bold"],
    ["folder", release.folder],
    ["signed by", release.signer ?? "nobody that can be proved", release.signer === null ? "red" : "green"],
    ["follows", release.previous],
    [
      "checked",
      [
        counted(checked.files, "file"),
        formatSize(checked.bytes),
        counted(checked.torrents, "torrent"),
        counted(checked.tracks, "track"),
        `${checked.decoded} of them decoded`,
      ].join(", "),
    ],
    ["verdict", verdict, report.ok ? "green" : "red"],
  ]);
  const order: readonly Severity[] = ["error", "warning", "note"];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  for (const finding of sorted.slice(0, SHOWN_FINDINGS)) showFinding(output, finding);
  if (sorted.length > SHOWN_FINDINGS)
    output.line(`… and ${sorted.length - SHOWN_FINDINGS} more; --json lists them all`);
}

function showFinding(
  output: Output,
  { severity, kind, file, offsetBytes, detail, remedy, tracks }: Finding,
): void {
  const place = offsetBytes === null ? printable(file) : `${printable(file)} at byte ${offsetBytes}`;
  const head = `${output.paint(SEVERITY_STYLE[severity], severity)}  ${kind}  ${place}: ${printable(detail)}`;
  output.line(head);
  for (const { trackId, title } of tracks.slice(0, SHOWN_TRACKS)) {
    output.line(`  touches ${trackId}${title === null ? "" : ` ${printable(title)}`}`);
  }
  if (tracks.length > SHOWN_TRACKS) output.line(`  touches ${tracks.length - SHOWN_TRACKS} more tracks`);
  output.line(output.paint("dim", `  ${remedy}`));
}
