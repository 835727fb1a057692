/**
 * Text search over the catalogue of an archive whose index is built: how soon, and whether what was meant is among the
 * first ten. Questions are drawn from the tracks with a fixed seed: all words of the title and of the first artist (six at
 * most), once as written, once with the last word cut short, and once with one typo of each kind in one word of three
 * letters or more. "Found" is the very track, or one with the same title and artists, which no text can tell from it.
 * Wall time is what a person waits, CPU time what it would be on a machine that does nothing else.
 *
 *   npx tsx bench/search.ts ARCHIVE [--questions 400] [--seed 1] [--popular]
 *
 * `--popular` draws among tracks with a popularity above 15 only, as the figures of other engines were taken.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentSnapshot, SnapshotSearch, TEXT_FILES, TextIndex } from "../src/catalogue/index.ts";
import { openArchive } from "../src/core/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    questions: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    popular: { type: "boolean", default: false },
  },
});
const count = Number(values.questions);
let state = Number(values.seed) || 1;
const FIRST = 10;

const snapshot = await currentSnapshot(await openArchive(positionals[0] ?? "."));
const folder = join(snapshot.folder, "index", "0");
const rows = snapshot.tables.track.rows;
const sizes = Object.values(TEXT_FILES).map((name) => [name, statSync(join(folder, name)).size] as const);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
say(
  `${rows} tracks; bytes a track: ${sizes.map(([name, size]) => `${name} ${(size / rows).toFixed(1)}`).join(", ")}`,
);
say(`all ${(total / rows).toFixed(1)}; 256 M tracks at that: ${((total / rows) * 0.256).toFixed(1)} GB`);

const index = new TextIndex(folder);
const search = new SnapshotSearch(snapshot);
say(`dictionary: ${index.terms.count} terms`);
const drawn = Array.from({ length: count }, draw);
const nonLatin = drawn.filter(({ words }) =>
  words.some((word) => /[^\p{Script=Latin}\p{Script=Common}]/u.test(word)),
);
say(`${count} questions, ${nonLatin.length} with words in other scripts than Latin`);

type Drawn = ReturnType<typeof draw>;
const KINDS: Readonly<Record<string, (drawn: Drawn) => string>> = {
  "(warm-up)": ({ words }) => words.join(" "),
  "as written": ({ words }) => words.join(" "),
  "title only": ({ title }) => title,
  "last word cut short": ({ words }) => cutShort(words).join(" "),
  "one letter": ({ words }) => Array.from(words[0] ?? "a")[0] ?? "a",
  "typo: replaced": ({ words }) =>
    mistype(words, (letters, at) => letters.toSpliced(at, 1, letterLike(letters))),
  "typo: left out": ({ words }) => mistype(words, (letters, at) => letters.toSpliced(at, 1)),
  "typo: put in": ({ words }) =>
    mistype(words, (letters, at) => letters.toSpliced(at, 0, letterLike(letters))),
  "typo: swapped": ({ words }) => mistype(words, swap),
};
const typoTimes: number[] = [];
const typoCpu: number[] = [];
const typoFound = [0, 0, 0];
for (const [kind, ask] of Object.entries(KINDS)) {
  const timesMs: number[] = [];
  const cpuMs: number[] = [];
  let [same, alike] = [0, 0];
  for (const question of drawn) {
    const text = ask(question);
    const cpu = process.cpuUsage();
    const start = performance.now();
    const hits = search.search(text, FIRST);
    timesMs.push(performance.now() - start);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
    if (hits.some(({ trackId }) => trackId === question.trackId)) same += 1;
    if (hits.some(({ title, artist }) => title === question.title && artist === question.artist)) alike += 1;
  }
  if (kind.startsWith("typo")) {
    typoTimes.push(...timesMs);
    typoCpu.push(...cpuMs);
    for (const [at, found] of [same, alike, count].entries()) typoFound[at] = (typoFound[at] ?? 0) + found;
  }
  if (kind !== "(warm-up)") report(kind, timesMs, cpuMs, same, alike, count);
}
const [same = 0, alike = 0, asked = 1] = typoFound;
report("all typos", typoTimes, typoCpu, same, alike, asked);
say("limits: p50 10 ms; with one typo p99 150 ms; found 90 %");
say(`resident at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);

function draw(): { trackId: bigint; title: string; artist: string; words: string[] } {
  for (;;) {
    const { trackId, title, artist, popularity } = index.document(Math.floor(random() * rows));
    if (values.popular && (popularity ?? 0) <= 15) continue;
    const words = `${title} ${artist.split(", ")[0] ?? ""}`.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    if (words.some((word) => Array.from(word).length >= 3))
      return { trackId, title, artist, words: words.slice(0, 6) };
  }
}

function cutShort(words: readonly string[]): string[] {
  const last = Array.from(words.at(-1) ?? "");
  return [...words.slice(0, -1), last.slice(0, Math.max(1, Math.ceil(last.length / 2))).join("")];
}

/** Changes one word of three letters or more, at a place that may be the first. */
function mistype(words: readonly string[], change: (letters: string[], at: number) => string[]): string {
  const long = words.flatMap((word, at) => (Array.from(word).length >= 3 ? [at] : []));
  const place = long[Math.floor(random() * long.length)] ?? 0;
  const letters = Array.from(words[place] ?? "");
  const changed = change(letters, Math.floor(random() * letters.length)).join("");
  return words.toSpliced(place, 1, changed).join(" ");
}

function swap(letters: string[], at: number): string[] {
  const left = Math.min(at, letters.length - 2);
  return letters.toSpliced(left, 2, letters[left + 1] ?? "", letters[left] ?? "");
}

/** A letter of the same script: one beside a letter of the word. */
function letterLike(letters: readonly string[]): string {
  const letter = letters[Math.floor(random() * letters.length)]?.codePointAt(0) ?? 97;
  const other = String.fromCodePoint(letter + (random() < 0.5 ? 1 : -1));
  return /\p{L}/u.test(other) ? other : "a";
}

/** xorshift32: the same questions every time. */
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

function report(
  kind: string,
  timesMs: readonly number[],
  cpuMs: readonly number[],
  sameTrack: number,
  alikeTrack: number,
  asked: number,
): void {
  const share = (found: number): string => `${((100 * found) / asked).toFixed(1)} %`;
  say(
    `${kind.padEnd(20)} wall ${quantiles(timesMs)}  CPU ${quantiles(cpuMs)}  found ${share(alikeTrack)} (the very track ${share(sameTrack)})`,
  );
}

function quantiles(valuesMs: readonly number[]): string {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2).padStart(7);
  return `p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
