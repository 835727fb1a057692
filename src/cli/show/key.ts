const NOTE_NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/** A key, as people write it: its tonic from 0 (C), and its mode where that is known. */
export function keyText(tonic: number, mode: "major" | "minor" | null): string {
  return [NOTE_NAMES[tonic] ?? String(tonic), ...(mode === null ? [] : [mode])].join(" ");
}
