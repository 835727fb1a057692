import { type Batch, MAX_KEPT_REJECTS, type Reject, sampleOf } from "./batches.ts";
import type { SpooledLines } from "./spooled-lines.ts";

/** The first of the lines of a batch that are refused, with their places: `bad` has the reasons by the numbers of the lines. */
export function rejectsOf(
  lines: SpooledLines,
  { runs }: Pick<Batch, "runs">,
  bad: ReadonlyMap<number, string>,
): readonly Reject[] {
  const chosen = [...bad.keys()].sort((a, b) => a - b).slice(0, MAX_KEPT_REJECTS);
  const places = [...lines.places(chosen, runs)];
  return chosen.map((index, position) => {
    const { line = null, offsetBytes = null } = places[position] ?? {};
    return { line, offsetBytes, reason: bad.get(index) ?? "", sample: sampleOf(lines.line(index)) };
  });
}
