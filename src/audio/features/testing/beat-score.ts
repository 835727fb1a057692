/** The window of MIREX's beat tracking: a beat is found when one is given within 70 ms of it. */
const WINDOW_SECONDS = 0.07;

/** F-measure of beats against the truth, 0–1: each of either may answer for one of the other. */
export function beatScore(found: readonly number[], truth: readonly number[]): number {
  let hits = 0;
  let at = 0;
  for (const beat of truth) {
    while (at < found.length && (found[at] ?? 0) < beat - WINDOW_SECONDS) at += 1;
    if (at < found.length && (found[at] ?? 0) <= beat + WINDOW_SECONDS) {
      hits += 1;
      at += 1;
    }
  }
  return found.length + truth.length === 0 ? 0 : (2 * hits) / (found.length + truth.length);
}
