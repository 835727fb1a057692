import { type BandLimit, BandLimitMeter } from "./band-limit.ts";
import { stretchSums } from "./stretch-sums.ts";

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
/** Each so manyth sample of both channels is compared: enough to tell a difference from none. */
const STEREO_STEP = 4;

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

  /** The next samples of each channel, as many of one as of the other; 1 is full scale. */
  push(channels: readonly Float32Array[]): void {
    for (const [index, samples] of channels.entries()) this.#channel(samples, index);
    const [left, right] = channels;
    if (left && right && channels.length === 2) this.#stereo(left, right);
    this.#band.push(channels);
    this.#samples += channels[0]?.length ?? 0;
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

  #channel(samples: Float32Array, channel: number): void {
    const { sum, peak } = stretchSums(samples, 0, samples.length);
    this.#sums[channel] = (this.#sums[channel] ?? 0) + sum;
    // Most stretches are neither silent nor clipped: only their ends are looked at.
    if (peak > SILENCE) this.#noteLoud(samples);
    if (peak >= FULL_SCALE) this.#clipped(samples, channel);
    else this.#endRun(channel);
  }

  #noteLoud(samples: Float32Array): void {
    let first = 0;
    while (Math.abs(samples[first] ?? 1) <= SILENCE) first += 1;
    let last = samples.length - 1;
    while (Math.abs(samples[last] ?? 1) <= SILENCE) last -= 1;
    const from = this.#samples + first;
    if (this.#firstLoud < 0 || from < this.#firstLoud) this.#firstLoud = from;
    this.#lastLoud = Math.max(this.#lastLoud, this.#samples + last);
  }

  #clipped(samples: Float32Array, channel: number): void {
    let run = this.#runs[channel] ?? 0;
    for (let i = 0; i < samples.length; i += 1) {
      if (Math.abs(samples[i] ?? 0) >= FULL_SCALE) run += 1;
      else if (run > 0) {
        this.#count(run);
        run = 0;
      }
    }
    this.#runs[channel] = run;
  }

  #stereo(left: Float32Array, right: Float32Array): void {
    let side = 0;
    let mid = 0;
    for (let i = 0; i < left.length; i += STEREO_STEP) {
      const difference = (left[i] ?? 0) - (right[i] ?? 0);
      const sum = (left[i] ?? 0) + (right[i] ?? 0);
      side += difference * difference;
      mid += sum * sum;
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
