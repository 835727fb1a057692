import { Canvas, randomOf, type SynthesisedMusic } from "./rhythm.ts";

/** Hits of a bar of 16 steps: `x` loud, `o` soft, `.` nothing. Twelve steps make a bar in triplets. */
interface Loop {
  readonly name: string;
  readonly steps: number;
  readonly kick: string;
  readonly snare: string;
  readonly hat: string;
  /** How late every second step comes, as a share of a step. */
  readonly swing: number;
}

const LOOPS: readonly Loop[] = [
  {
    name: "rock",
    steps: 16,
    kick: "x.......x.x.....",
    snare: "....x.......x...",
    hat: "x.o.x.o.x.o.x.o.",
    swing: 0,
  },
  {
    name: "house",
    steps: 16,
    kick: "x...x...x...x...",
    snare: "....o.......o...",
    hat: "..x...x...x...x.",
    swing: 0,
  },
  {
    name: "break",
    steps: 16,
    kick: "x.x.......x..x..",
    snare: "....x..o.o..x..o",
    hat: "x.x.x.x.x.x.x.x.",
    swing: 0,
  },
  {
    name: "hip hop",
    steps: 16,
    kick: "x..x...ox.x.....",
    snare: "....x.......x...",
    hat: "x.x.x.x.x.x.x.x.",
    swing: 0.3,
  },
  { name: "shuffle", steps: 12, kick: "x.....x.....", snare: "...x.....x..", hat: "x.ox.ox.ox.o", swing: 0 },
  {
    name: "half time",
    steps: 16,
    kick: "x.........x.....",
    snare: "........x.......",
    hat: "x...x...x...x...",
    swing: 0,
  },
];

const CLICK_BPM = [60, 72, 84, 93, 101, 112, 120, 133, 144, 158, 174, 190];
const DRUM_BPM = [62, 75, 88, 96, 104, 116, 124, 128, 140, 150, 170, 184];
const SONG_BPM = [
  64, 70, 76, 82, 86, 90, 94, 98, 102, 106, 110, 114, 118, 121, 125, 129, 132, 136, 142, 148, 154, 163, 172,
  180,
];
/** Degrees of the scale, from 0, bar by bar. */
const MAJOR_TURNS = [
  [0, 3, 4, 0],
  [0, 5, 3, 4],
  [0, 4, 5, 3],
  [5, 3, 0, 4],
];
const MINOR_TURNS = [
  [0, 5, 6, 0],
  [0, 3, 4, 0],
  [0, 5, 2, 6],
  [0, 6, 5, 4],
];
const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const MINOR = [0, 2, 3, 5, 7, 8, 10];

/** 12 click tracks, 12 drum loops and 24 songs, one in each key; some drift by 2 % over their length. */
export function* synthesisedMusic(): Generator<SynthesisedMusic> {
  for (const index of CLICK_BPM.keys()) yield synthesise("clicks", index);
  for (const index of DRUM_BPM.keys()) yield synthesise("drums", index);
  for (const index of SONG_BPM.keys()) yield synthesise("song", index);
}

/** One of them. */
export function synthesise(kind: SynthesisedMusic["kind"], index: number, seconds = 40): SynthesisedMusic {
  if (kind === "clicks") return clicks(index, CLICK_BPM[index] ?? 120, seconds);
  if (kind === "drums") return drums(index, DRUM_BPM[index] ?? 120, seconds);
  return song(index, SONG_BPM[index] ?? 120, seconds);
}

/** Times of beats; with `drift` the tempo rises by that share from start to end, around `bpm` at the middle. */
function beatTimes(bpm: number, drift: number, seconds: number): number[] {
  const times: number[] = [];
  for (let at = 0.1; at < seconds; ) {
    times.push(at);
    at += 60 / (bpm * (1 + drift * (at / seconds - 0.5)));
  }
  return times;
}

function clicks(index: number, bpm: number, seconds: number): SynthesisedMusic {
  const canvas = new Canvas(seconds, 1000 + index);
  const accent = index % 3 === 0 ? 1 : index % 3 === 1 ? 4 : 3;
  const beats = beatTimes(bpm, index % 4 === 3 ? 0.02 : 0, seconds);
  for (const [beat, at] of beats.entries()) {
    canvas.click(at, beat % accent === 0 ? 1 : 0.6);
  }
  return { name: `clicks ${bpm}`, kind: "clicks", bpm, beats, key: null, samples: canvas.finish() };
}

function drums(index: number, bpm: number, seconds: number): SynthesisedMusic {
  const canvas = new Canvas(seconds, 2000 + index);
  const loop = LOOPS[index % LOOPS.length];
  const beats = beatTimes(bpm, index % 5 === 4 ? 0.02 : 0, seconds);
  if (loop) playLoop(canvas, loop, beats, randomOf(index), 1);
  return { name: `${loop?.name} ${bpm}`, kind: "drums", bpm, beats, key: null, samples: canvas.finish() };
}

function playLoop(
  canvas: Canvas,
  loop: Loop,
  beats: readonly number[],
  random: () => number,
  gain: number,
): void {
  const perBeat = loop.steps / 4;
  for (const [beat, at] of beats.entries()) {
    const length = (beats[beat + 1] ?? at + 0.5) - at;
    for (let part = 0; part < perBeat; part += 1) {
      const step = (beat % 4) * perBeat + part;
      const late = part % 2 === 1 ? loop.swing : 0;
      const time = at + ((part + late) / perBeat) * length + (random() - 0.5) * 0.004;
      const level = (pattern: string): number => ({ x: 1, o: 0.45 })[pattern[step] ?? "."] ?? 0;
      if (level(loop.kick) > 0) canvas.kick(time, gain * level(loop.kick));
      if (level(loop.snare) > 0) canvas.snare(time, gain * 0.8 * level(loop.snare));
      if (level(loop.hat) > 0) canvas.hat(time, gain * 0.5 * level(loop.hat));
    }
  }
}

function song(index: number, bpm: number, seconds: number): SynthesisedMusic {
  const canvas = new Canvas(seconds, 3000 + index);
  const random = randomOf(77 + index);
  const tonic = (index * 7) % 12;
  const mode = index % 2 === 0 ? "major" : "minor";
  const scale = mode === "major" ? MAJOR : MINOR;
  const turns = mode === "major" ? MAJOR_TURNS : MINOR_TURNS;
  const turn = turns[Math.floor(index / 2) % turns.length] ?? [0];
  const detune = index % 6 === 5 ? 2 ** (10 / 1200) : 1;
  const hertz = (degree: number, octave: number): number => {
    const step = scale[((degree % 7) + 7) % 7] ?? 0;
    return detune * 440 * 2 ** ((tonic + step + 12 * (octave + Math.floor(degree / 7)) - 57) / 12);
  };
  const beats = beatTimes(bpm, index % 7 === 6 ? 0.02 : 0, seconds);
  const loop = LOOPS[index % LOOPS.length];
  if (loop) playLoop(canvas, loop, beats, random, index % 5 === 0 ? 0.15 : 0.5);
  for (const [beat, at] of beats.entries()) {
    const length = (beats[beat + 1] ?? at + 0.5) - at;
    const root = turn[Math.floor(beat / 4) % turn.length] ?? 0;
    canvas.note(at, length * 0.9, hertz(root, 2), 0.5, 3);
    if (beat % 2 === 0) {
      for (const third of [0, 2, 4]) canvas.note(at, length * 1.9, hertz(root + third, 4), 0.16, 1);
    }
    const halves = random() < 0.5 ? 1 : 2;
    for (let half = 0; half < halves; half += 1) {
      const tone = random() < 0.7 ? root + 2 * Math.floor(random() * 3) : Math.floor(random() * 7);
      canvas.note(at + (half * length) / halves, length / halves, hertz(tone, 5), 0.25, 4);
    }
  }
  return {
    name: `song ${index} ${bpm}`,
    kind: "song",
    bpm,
    beats,
    key: { tonic, mode },
    samples: canvas.finish(),
  };
}
