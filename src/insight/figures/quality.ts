import type { Snapshot } from "../../catalogue/index.ts";
import type { RightsReport } from "../../rights/index.ts";
import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatShare, ratio } from "../numbers.ts";

export function coverageFigure(snapshot: Snapshot, aggregates: Aggregates): Figure {
  const base = { id: "coverage", title: "Known to MusicBrainz", aggregates: ["isrcs-by-accession"] } as const;
  const known = new Set(snapshot.accessions.filter(({ kind }) => kind === "musicbrainz").map(({ id }) => id));
  if (known.size === 0) {
    return withoutData({
      ...base,
      sentence: "There is no MusicBrainz source in this catalogue, so nothing can be said of its coverage.",
    });
  }
  const isrcs = Number(aggregates.total("tracks-per-isrc", "isrcs"));
  if (isrcs === 0) return withoutData({ ...base, sentence: "The catalogue has no ISRCs to compare." });
  const groups = aggregates.groups("isrcs-by-accession");
  const found =
    snapshot.accessions.length === 1
      ? isrcs
      : groups
          .filter((group) => (group.text("accessions") ?? "").split(" ").some((id) => known.has(id)))
          .reduce((sum, group) => sum + group.count("isrcs"), 0);
  const others = snapshot.accessions.length > known.size;
  return {
    ...base,
    sentence: others
      ? `MusicBrainz knows ${formatCount(found)} of the ${counted(isrcs, "ISRC")} of this catalogue: ${formatShare(found / isrcs)}.`
      : `All ${counted(isrcs, "ISRC")} come from MusicBrainz: there is no other source to compare with.`,
    hasData: true,
    charts: others
      ? [
          {
            kind: "ranking",
            title: "Distinct ISRCs",
            x: { label: "ISRCs", format: "count" },
            rows: [
              { name: "in MusicBrainz", value: found },
              { name: "not in MusicBrainz", value: isrcs - found },
            ],
          },
        ]
      : [],
    table: {
      columns: [
        { name: "ISRCs", format: "text" },
        { name: "number", format: "count" },
        { name: "share", format: "percent" },
      ],
      rows: [
        ["in MusicBrainz", found, found / isrcs],
        ["not in MusicBrainz", isrcs - found, 1 - found / isrcs],
      ],
    },
  };
}

export function conflictFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "conflicts",
    title: "Identifier conflicts",
    aggregates: ["conflicts-by-kind", "identifiers-by-scheme"],
  } as const;
  const conflicts = aggregates.groups("conflicts-by-kind").map((group) => ({
    kind: (group.text("kind") ?? "").replaceAll("-", " "),
    scheme: group.text("scheme") ?? "",
    count: group.count("conflicts"),
  }));
  const malformed = aggregates
    .groups("identifiers-by-scheme")
    .map((group) => ({
      kind: "malformed",
      scheme: group.text("scheme") ?? "",
      count: group.count("malformed"),
    }))
    .filter(({ count }) => count > 0);
  const malformedKnown = new Set(
    conflicts.filter(({ kind }) => /invalid|malformed/.test(kind)).map(({ scheme }) => scheme),
  );
  const rows = [...conflicts, ...malformed.filter(({ scheme }) => !malformedKnown.has(scheme))].sort(
    (a, b) => b.count - a.count,
  );
  if (rows.length === 0) {
    return withoutData({
      ...base,
      sentence: "No identifiers contradict one another, and none are malformed.",
    });
  }
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  return {
    ...base,
    sentence: `${counted(total, "row tells", "rows tell")} of identifiers that contradict one another or are malformed; most: ${rows[0]?.kind} (${rows[0]?.scheme}), ${formatCount(rows[0]?.count ?? 0)}.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: "Rows by kind of conflict",
        x: { label: "rows", format: "count" },
        rows: rows.map(({ kind, scheme, count }) => ({ name: `${kind} · ${scheme}`, value: count })),
      },
    ],
    table: {
      columns: [
        { name: "kind", format: "text" },
        { name: "scheme", format: "text" },
        { name: "rows", format: "count" },
      ],
      rows: rows.map(({ kind, scheme, count }) => [kind, scheme, count]),
    },
  };
}

export function rightsFigure(report: RightsReport | null): Figure {
  const base = { id: "rights", title: "Rights", aggregates: [] } as const;
  if (!report || report.counts.tracks === 0) {
    return withoutData({
      ...base,
      sentence: "The rights of this snapshot were not computed: deadwax rights build does that.",
    });
  }
  const { tracks, open, dark, byLicence } = report.counts;
  const reasons = report.reasons.toSorted((a, b) => b.tracks - a.tracks);
  const licences = Object.entries(byLicence).sort(([, a], [, b]) => b - a);
  return {
    ...base,
    sentence: `${formatShare(ratio(open, tracks) ?? 0)} of ${counted(tracks, "held track")} may go out; ${formatCount(dark)} stay dark.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: "Tracks by licence, and dark ones by reason",
        x: { label: "tracks", format: "count" },
        rows: [
          ...licences.map(([licence, count]) => ({ name: licence, value: count, group: "open" })),
          ...reasons
            .filter(({ reason }) => !reason.startsWith("granted-"))
            .map(({ reason, tracks: count }) => ({ name: reason, value: count, group: "dark" })),
        ],
      },
    ],
    table: {
      columns: [
        { name: "reason", format: "text" },
        { name: "meaning", format: "text" },
        { name: "tracks", format: "count" },
      ],
      rows: reasons.map(({ reason, explanation, tracks: count }) => [reason, explanation, count]),
    },
  };
}
