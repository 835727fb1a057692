import type { TrackFeatures } from "../../audio/index.ts";

const HEIGHTS = "▁▂▃▄▅▆▇█";
const SHADES = " ░▒▓█";
const PITCH_ROWS = 6;
/** Of 255 for 90 dB: what lies 67 dB below the strongest is blank. */
const SHADED_SPAN = 190;

/** The highest samples from start to end, in one line of at most so many columns; null where there is nothing to draw. */
export function outlinePicture(waveform: TrackFeatures["waveform"], columns: number): string | null {
  const peaks = waveform?.peaks ?? [];
  if (peaks.length === 0) return null;
  return stretches(peaks.length, Math.min(columns, peaks.length))
    .map(({ from, end }) => {
      const highest = Math.max(...peaks.slice(from, end));
      return HEIGHTS[Math.round((highest / 255) * (HEIGHTS.length - 1))];
    })
    .join("");
}

/** What sounds at which pitch, and when: lines from high to low, darker where it is louder; none where it is silent. */
export function pitchPicture(spectrogram: TrackFeatures["spectrogram"], columns: number): readonly string[] {
  if (spectrogram === null) return [];
  const { bands } = spectrogram;
  const levels = Buffer.from(spectrogram.base64, "base64");
  const loudest = levels.reduce((highest, level) => Math.max(highest, level), 0);
  if (loudest === 0) return [];
  const across = stretches(spectrogram.columns, Math.min(columns, spectrogram.columns));
  const shade = (level: number): string => {
    const share = (level - loudest + SHADED_SPAN) / (SHADED_SPAN + 1);
    return SHADES[Math.max(0, Math.floor(share * SHADES.length))] ?? "";
  };
  return stretches(bands, PITCH_ROWS)
    .reverse()
    .map((row) =>
      across
        .map((column) => {
          let sum = 0;
          for (let x = column.from; x < column.end; x += 1) {
            for (let y = row.from; y < row.end; y += 1) sum += levels[x * bands + y] ?? 0;
          }
          return shade(sum / ((column.end - column.from) * (row.end - row.from)));
        })
        .join(""),
    );
}

/** `count` things in so many stretches of about one length. */
function stretches(count: number, parts: number): { readonly from: number; readonly end: number }[] {
  const at = (part: number): number => Math.floor((part * count) / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: at(part), end: at(part + 1) }));
}
