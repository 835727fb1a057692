import { formatDuration, formatSize } from "../../core/sizes.ts";
import type { Explanation, KeptTrack, Plan, Reason } from "../../selection/index.ts";
import type { Output } from "../report/output.ts";
import { type Column, printFields, printTable } from "../report/table.ts";

const REASON_WORDS: Readonly<Record<Reason, string>> = {
  "kept-original": "the policy offers the original, and it fits",
  "access-copy-not-smaller": "the policy asks for an access copy, which would be no smaller",
  "low-popularity-access-copy": "its popularity is not above what the policy keeps originals for",
  "unknown-popularity-access-copy": "nobody has counted its listens",
  "budget-access-copy": "the original is offered, but only the access copy fits in the budget",
  "policy-floor": "one of the tracks of its artist, label or language that are kept before all others",
  "budget-exhausted": "others give more listens for each byte, and the budget is used up",
  "duplicate-isrc": "another track with the same ISRC is kept",
  "duplicate-recording": "another track that is the same recording is kept",
  "duplicate-sound": "another track that sounds the same is kept",
  "below-priority-cut": "nobody listens to it, and its priority is below the cut of the policy",
  "no-holding": "no file of it is held",
};

const KEPT_WORDS: Readonly<Record<KeptTrack["because"], string>> = {
  isrc: "the same ISRC",
  recording: "the same recording in the catalogue",
  sound: "the same sound",
};

const STEP_COLUMNS: readonly Column[] = [
  { name: "STEP" },
  { name: "BYTES MORE", align: "right" },
  { name: "LISTENS MORE", align: "right" },
  { name: "LISTENS/MB", align: "right" },
  { name: "FROM A BUDGET OF", align: "right" },
  { name: "TAKEN" },
];

export function showExplanation(output: Output, plan: Plan, explanation: Explanation): void {
  const { decision, thresholdPerMb, keptInstead, popularity, durationMs } = explanation;
  const { budgetBytes } = plan.document;
  printFields(output, [
    ["track", explanation.track_id, "bold"],
    ["title", explanation.title],
    ["artist", explanation.artist],
    ["popularity", popularity === null ? "unknown" : popularity.toFixed(1)],
    ["plays", explanation.plays],
    ["length", durationMs === null ? "unknown" : formatDuration(durationMs)],
    [
      "file",
      decision.held ? "held" : plan.policy.selection.assumeHoldings ? "assumed, as the policy says" : "none",
    ],
    ["decision", decision.disposition, decision.disposition === "metadata-only" ? "yellow" : "green"],
    ["because", `${REASON_WORDS[decision.reason]} (${decision.reason})`],
    ["value", `${figure(explanation.value)} expected listens as the original`],
    ["budget", budgetBytes === null ? "no limit" : formatSize(budgetBytes)],
    ["it ended at", thresholdPerMb === null ? null : `${figure(thresholdPerMb)} listens for each further MB`],
  ]);
  if (explanation.steps.length > 0) {
    output.line();
    printTable(
      output,
      STEP_COLUMNS,
      explanation.steps.map((step) => [
        step.tier,
        formatSize(step.bytes),
        figure(step.value),
        figure(step.valuePerMb),
        formatSize(step.budgetBytes),
        step.isTaken ? "yes" : "no",
      ]),
    );
  }
  if (keptInstead.length === 0) return;
  output.line();
  printTable(
    output,
    [{ name: "KEPT INSTEAD" }, { name: "TITLE", shrinks: true }, { name: "BECAUSE" }],
    keptInstead.map(({ track_id, title, because, similarity }) => [
      track_id,
      title,
      KEPT_WORDS[because] + (similarity === null ? "" : ` (${(similarity * 100).toFixed(1)} % alike)`),
    ]),
  );
}

/** Three significant digits. */
function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
