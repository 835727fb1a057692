/** Decoding, measuring and encoding are some 100 times faster than the music; a loaded machine is slower than that. */
const SLOWEST_TIMES_REAL_TIME = 4;
const SLOWEST_BYTES_PER_MS = 2000;
/** For streams of unknown length: the fewest bytes that a second of music takes. */
const FEWEST_BYTES_PER_SECOND = 1000;
const GRACE_MS = 120_000;
/** setTimeout holds no more. */
const MAX_MS = 2 ** 31 - 1;

/** How long a child may take over a stream before it counts as hung. */
export function timeLimitMs(stream: {
  readonly sizeBytes: number;
  readonly durationMs: number | null;
}): number {
  const durationMs = stream.durationMs ?? (stream.sizeBytes / FEWEST_BYTES_PER_SECOND) * 1000;
  const limitMs = GRACE_MS + durationMs / SLOWEST_TIMES_REAL_TIME + stream.sizeBytes / SLOWEST_BYTES_PER_MS;
  return Math.min(MAX_MS, Math.ceil(limitMs));
}
