/** A ReplayGain, as people write it. */
export function gainText({ gainDb, peak }: { readonly gainDb: number; readonly peak: number }): string {
  return `${gainDb < 0 ? "" : "+"}${gainDb.toFixed(2)} dB, peak ${peak.toFixed(4)}`;
}

/** The gain of an album, and over how many of its tracks when that is not all. */
export function albumGainText(gainDb: number, peak: number, tracks: number, ofTracks: number): string {
  const part = tracks < ofTracks ? ` (over ${tracks} of ${ofTracks} tracks)` : "";
  return gainText({ gainDb, peak }) + part;
}
