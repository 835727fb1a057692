import { type BandLimit, BandLimitMeter } from "./band-limit.ts";

/** What can be wrong with a signal although its file is whole. Of all channels, at the rate of the file. */
export interface SignalCondition {
  /** Before the first and behind the last sample above −60 dBFS; the whole length for silence. */
  readonly silenceHeadMs: number;
  readonly silenceTailMs: number;
  /** Stretches of three and more samples of one channel at full scale, and the samples in them. */
  readonly clippedRuns: number;
  readonly clippedSamples: number;
  /** The mean of the channel where it is farthest from zero; 1 is full scale. */
  readonly dcOffset: number;
  /** Both channels carry the same: their difference is 60 dB below their sum. Null for other than two channels, and silence. */
  readonly isMonoInStereo: boolean | null;
  /** Where the spectrum ends in a cliff, as it does behind a lossy encoder; null when it has none. */
  readonly bandLimit: BandLimit | null;
}

const SILENCE = 10 ** (-60 / 20);
/** The largest positive sample of 16 bits. */
const FULL_SCALE = 32_767 / 32_768;
const LEAST_RUN = 3;
const MONO_RATIO = 10 ** (-60 / 10);

export class SignalConditionMeter {
  readonly #channels: number;
  readonly #rateHz: number;
  readonly #band: BandLimitMeter;
  readonly #sums: Float64Array;
  readonly #runs: Uint32Array;
  #samples = 0;
  #firstLoud = -1;
  #lastLoud = -1;
  #clippedRuns = 0;
  #clippedSamples = 0;
  #sidePower = 0;
  #midPower = 0;

  constructor(channels: number, rateHz: number) {
    this.#channels = channels;
    this.#rateHz = rateHz;
    this.#band = new BandLimitMeter(rateHz);
    this.#sums = new Float64Array(channels);
    this.#runs = new Uint32Array(channels);
  }

  /** `interleaved`: whole sample frames; 1 is full scale. */
  push(interleaved: Float64Array): void {
    const count = Math.floor(interleaved.length / this.#channels);
    for (let channel = 0; channel < this.#channels; channel += 1) this.#channel(interleaved, channel, count);
    if (this.#channels === 2) this.#stereo(interleaved, count);
    this.#band.push(interleaved, this.#channels, count);
    this.#samples += count;
  }

  finish(): SignalCondition {
    for (let channel = 0; channel < this.#channels; channel += 1) this.#endRun(channel);
    const ms = (samples: number): number => Math.round((samples * 1000) / this.#rateHz);
    const isSilent = this.#firstLoud < 0;
    let dcOffset = 0;
    for (const sum of this.#sums) {
      const offset = this.#samples > 0 ? sum / this.#samples : 0;
      if (Math.abs(offset) > Math.abs(dcOffset)) dcOffset = offset;
    }
    return {
      silenceHeadMs: ms(isSilent ? this.#samples : this.#firstLoud),
      silenceTailMs: ms(isSilent ? this.#samples : this.#samples - 1 - this.#lastLoud),
      clippedRuns: this.#clippedRuns,
      clippedSamples: this.#clippedSamples,
      dcOffset,
      isMonoInStereo:
        this.#channels !== 2 || isSilent ? null : this.#sidePower <= MONO_RATIO * this.#midPower,
      bandLimit: this.#band.finish(),
    };
  }

  #channel(interleaved: Float64Array, channel: number, count: number): void {
    let sum = 0;
    let first = -1;
    let last = -1;
    let run = this.#runs[channel] ?? 0;
    for (let i = 0, at = channel; i < count; i += 1, at += this.#channels) {
      const value = interleaved[at] ?? 0;
      sum += value;
      const level = value < 0 ? -value : value;
      if (level > SILENCE) {
        if (first < 0) first = i;
        last = i;
      }
      if (level >= FULL_SCALE) run += 1;
      else if (run > 0) {
        this.#count(run);
        run = 0;
      }
    }
    this.#runs[channel] = run;
    this.#sums[channel] = (this.#sums[channel] ?? 0) + sum;
    if (first < 0) return;
    const from = this.#samples + first;
    if (this.#firstLoud < 0 || from < this.#firstLoud) this.#firstLoud = from;
    this.#lastLoud = Math.max(this.#lastLoud, this.#samples + last);
  }

  #stereo(interleaved: Float64Array, count: number): void {
    let side = 0;
    let mid = 0;
    for (let at = 0; at < 2 * count; at += 2) {
      const left = interleaved[at] ?? 0;
      const right = interleaved[at + 1] ?? 0;
      side += (left - right) * (left - right);
      mid += (left + right) * (left + right);
    }
    this.#sidePower += side;
    this.#midPower += mid;
  }

  #endRun(channel: number): void {
    this.#count(this.#runs[channel] ?? 0);
    this.#runs[channel] = 0;
  }

  #count(run: number): void {
    if (run < LEAST_RUN) return;
    this.#clippedRuns += 1;
    this.#clippedSamples += run;
  }
}
