/** What a track may be kept as: bytes it takes and what it is worth then. */
export interface Offer<Kind extends string = string> {
  readonly kind: Kind;
  readonly bytes: number;
  readonly value: number;
}

/** One step up along a track's hull: what it costs and gives beyond the step before. */
export interface HullStep<Kind extends string = string> {
  readonly kind: Kind;
  readonly bytes: number;
  readonly value: number;
  /** Value for each byte, strictly falling from step to step. */
  readonly slope: number;
}

/**
 * The upper convex hull of a track's offers, beginning at nothing (no bytes, no value): the offers that some price of a
 * byte makes the best ones. Offers that cost more and give less, or that lie under the line between two others, are
 * left out.
 */
export function convexHull<Kind extends string>(offers: readonly Offer<Kind>[]): readonly HullStep<Kind>[] {
  const sorted = [...offers].sort((a, b) => a.bytes - b.bytes || b.value - a.value);
  const steps: HullStep<Kind>[] = [];
  let topBytes = 0;
  let topValue = 0;
  for (const offer of sorted) {
    if (!(offer.value > topValue)) continue;
    let bytes = offer.bytes - topBytes;
    let value = offer.value - topValue;
    // The steps before that give less for a byte than going past them in one step are under the hull.
    for (let last = steps.at(-1); last && value / bytes >= last.slope; last = steps.at(-1)) {
      bytes += last.bytes;
      value += last.value;
      steps.pop();
    }
    steps.push({ kind: offer.kind, bytes, value, slope: value / bytes });
    topBytes = offer.bytes;
    topValue = offer.value;
  }
  return steps;
}
