/** Mean bit rate to a tenth of a kbit/s; null without a duration. */
export function meanBitrateKbps(audioBytes: number, durationMs: number | null): number | null {
  if (durationMs === null || durationMs <= 0 || audioBytes <= 0) return null;
  return Math.round((audioBytes * 80) / durationMs) / 10;
}
