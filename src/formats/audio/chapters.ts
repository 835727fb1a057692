/** A mark in a recording from which a part of it goes on to the next mark. */
export interface Chapter {
  readonly startMs: number;
  readonly title: string | null;
}

/** Vorbis chapter comments number chapters with three digits. */
export const MAX_CHAPTERS = 1000;
/** Longer titles are cut, between characters. */
const MAX_TITLE_CHARACTERS = 500;
/** Two days: what a decoder here gives at most. */
const MAX_START_MS = 172_800_000;

/** In the order of their starts, none of them at an impossible time, at most `MAX_CHAPTERS`. */
export function orderChapters(chapters: readonly Chapter[]): readonly Chapter[] {
  return chapters
    .filter(({ startMs }) => startMs >= 0 && startMs < MAX_START_MS)
    .sort((a, b) => a.startMs - b.startMs)
    .slice(0, MAX_CHAPTERS);
}

/** One line without control characters, up to the first NUL; null when nothing is left. */
export function chapterTitle(text: string): string | null {
  const line = (text.split("\0", 1)[0] ?? "").replace(/\p{Cc}+/gu, " ").trim();
  return line === ""
    ? null
    : [...line.slice(0, 2 * MAX_TITLE_CHARACTERS)].slice(0, MAX_TITLE_CHARACTERS).join("");
}
