/** What an archive keeps of a track. */
export const DISPOSITIONS = ["original", "access-copy", "metadata-only"] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** The dispositions that store audio. */
export type Tier = Exclude<Disposition, "metadata-only">;

export const GATE_SIDES = ["open", "dark"] as const;
export type GateSide = (typeof GATE_SIDES)[number];

/** Every reason that a plan gives, with the dispositions it goes with. Closed: other programs may switch on it. */
export const REASONS = {
  /** The policy offers the original, and it fits. */
  "kept-original": "original",
  /** The policy asks for an access copy, but one would be no smaller than the original. */
  "access-copy-not-smaller": "original",
  /** Popularity at or below the policy's threshold: an access copy is what the policy offers. */
  "low-popularity-access-copy": "access-copy",
  /** Nobody has counted its listens, and the policy offers an access copy then. */
  "unknown-popularity-access-copy": "access-copy",
  /** The original is offered, but only the access copy fits in the budget. */
  "budget-access-copy": "access-copy",
  /** One of the tracks of its artist, label or language that the policy keeps before anything else competes. */
  "policy-floor": "original or access-copy",
  /** Other tracks give more listens for each byte, and the budget is used up. */
  "budget-exhausted": "metadata-only",
  /** Another track with the same ISRC is kept. */
  "duplicate-isrc": "metadata-only",
  /** Another track that the catalogue takes for the same recording is kept. */
  "duplicate-recording": "metadata-only",
  /** Another track that sounds the same is kept. */
  "duplicate-sound": "metadata-only",
  /** Rule `published`: a track of popularity 0 whose priority is below the cut. */
  "below-priority-cut": "metadata-only",
  /** The catalogue knows the track, but no file of it is held. */
  "no-holding": "metadata-only",
} as const;

export type Reason = keyof typeof REASONS;

export const REASON_NAMES: readonly Reason[] = Object.keys(REASONS).filter(
  (name): name is Reason => name in REASONS,
);
