/** Synthesised music whose tempo and key are known: clicks, drum loops and full arrangements, mono at 22050 Hz. */
export interface SynthesisedMusic {
  readonly name: string;
  readonly kind: "clicks" | "drums" | "song";
  readonly bpm: number;
  /** When the beats come, in seconds. */
  readonly beats: readonly number[];
  /** 0–11 from C, and mode; null where nothing has a pitch. */
  readonly key: { readonly tonic: number; readonly mode: "major" | "minor" } | null;
  readonly samples: Float32Array;
}

export const RATE_HZ = 22_050;

/** A small generator of pseudo-random numbers in [0, 1) (mulberry32), so that every run hears the same music. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class Canvas {
  readonly samples: Float32Array;
  readonly #random: () => number;

  constructor(seconds: number, seed: number) {
    this.samples = new Float32Array(Math.ceil(seconds * RATE_HZ));
    this.#random = randomOf(seed);
  }

  /** Adds a sound of `seconds`, given by its value at a time after its start. */
  add(atSeconds: number, seconds: number, sound: (t: number) => number): void {
    const first = Math.round(atSeconds * RATE_HZ);
    const count = Math.round(seconds * RATE_HZ);
    for (let i = Math.max(0, -first); i < count && first + i < this.samples.length; i += 1) {
      this.samples[first + i] = (this.samples[first + i] ?? 0) + sound(i / RATE_HZ);
    }
  }

  click(at: number, gain: number): void {
    this.add(at, 0.03, (t) => gain * Math.exp(-t * 200) * Math.sin(2 * Math.PI * 1500 * t));
  }

  kick(at: number, gain: number): void {
    this.add(
      at,
      0.25,
      (t) => gain * Math.exp(-t * 18) * Math.sin(2 * Math.PI * (50 * t - 4 * Math.exp(-t * 30))),
    );
  }

  snare(at: number, gain: number): void {
    this.add(
      at,
      0.18,
      (t) =>
        gain * Math.exp(-t * 25) * (0.6 * (this.#random() * 2 - 1) + 0.4 * Math.sin(2 * Math.PI * 190 * t)),
    );
  }

  hat(at: number, gain: number): void {
    let last = 0;
    this.add(at, 0.05, (t) => {
      const noise = this.#random() * 2 - 1;
      const high = noise - last;
      last = noise;
      return gain * 0.5 * Math.exp(-t * 90) * high;
    });
  }

  /** A note with eight harmonics, plucked or held. */
  note(at: number, seconds: number, hertz: number, gain: number, decay: number): void {
    const harmonics = Array.from({ length: 8 }, (_, h) => h + 1).filter((h) => h * hertz < RATE_HZ / 2);
    this.add(at, seconds, (t) => {
      const envelope = Math.min(1, t * 120) * Math.exp(-t * decay) * Math.min(1, (seconds - t) * 60);
      let sum = 0;
      for (const h of harmonics) sum += Math.sin(2 * Math.PI * hertz * h * t) / h ** 1.3;
      return gain * envelope * sum;
    });
  }

  /** As loud as it goes without clipping, with a little noise below. */
  finish(): Float32Array {
    let peak = 1e-9;
    for (const value of this.samples) peak = Math.max(peak, Math.abs(value));
    return this.samples.map((value) => (value * 0.8) / peak + 0.0005 * (this.#random() * 2 - 1));
  }
}
