import { z } from "zod";
import type { TrackFeatures } from "../audio/index.ts";
import { featuresSchema } from "../audio/outcome-schema.ts";
import { rounded } from "./rounded.ts";

/** `features` in a track's document: as they were measured, but for the outline, which stands as bytes (one a peak); without beats. */
export const trackFeaturesSchema = featuresSchema.omit({ beats: true }).extend({
  // Documents from before it was measured do not have it.
  speech: featuresSchema.shape.speech.default(null),
  waveform: z.strictObject({ secondsPerPeak: z.number(), base64: z.base64() }).nullable(),
});

/** The features as a document tells them: rounded to what they can mean. */
export function documentedFeatures(features: TrackFeatures): z.infer<typeof trackFeaturesSchema> {
  const { tempo, key, dynamics, spectrum, onsetsPerSecond, danceability, speech, condition } = features;
  const { waveform, spectrogram, tool } = features;
  return {
    tempo: tempo && {
      ...roundedReading(tempo),
      alternatives: tempo.alternatives.map(roundedReading),
    },
    key: key && {
      ...key,
      strength: rounded(key.strength, 3),
      nextStrength: rounded(key.nextStrength, 3),
      tuningCents: rounded(key.tuningCents, 0),
    },
    dynamics: dynamics && {
      energyRms: rounded(dynamics.energyRms, 4),
      complexityDb: rounded(dynamics.complexityDb, 2),
    },
    spectrum: spectrum && {
      centroidHz: rounded(spectrum.centroidHz, 0),
      flatness: rounded(spectrum.flatness, 4),
    },
    onsetsPerSecond: onsetsPerSecond === null ? null : rounded(onsetsPerSecond, 2),
    danceability: danceability === null ? null : rounded(danceability, 3),
    speech: speech && { ...speech, share: rounded(speech.share, 4) },
    condition: {
      ...condition,
      dcOffset: rounded(condition.dcOffset, 6),
      bandLimit: condition.bandLimit && {
        ...condition.bandLimit,
        dropDb: rounded(condition.bandLimit.dropDb, 1),
      },
    },
    waveform: waveform && {
      secondsPerPeak: rounded(waveform.secondsPerPeak, 4),
      base64: Buffer.from(waveform.peaks).toString("base64"),
    },
    spectrogram: spectrogram && {
      ...spectrogram,
      secondsPerColumn: rounded(spectrogram.secondsPerColumn, 4),
    },
    tool,
  };
}

function roundedReading({ bpm, confidence }: { readonly bpm: number; readonly confidence: number }): {
  bpm: number;
  confidence: number;
} {
  return { bpm: rounded(bpm, 2), confidence: rounded(confidence, 3) };
}
