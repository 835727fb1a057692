import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { expect, test } from "vitest";
import type { DecodeFacts } from "./engine/decode-stream.ts";
import { judgeStream, limitSamples, type StreamClaim, statedSamples } from "./integrity.ts";

const CLAIM: StreamClaim = {
  samples: 10_000,
  rateHz: 44_100,
  proof: "ogg-granule",
  looseSamples: 0,
  codedSamples: null,
  leadSamples: 0,
  endIsKnown: false,
  flacMd5: null,
  notes: [],
};

const FACTS: DecodeFacts = {
  decoder: "vorbis",
  format: {
    sampleRateHz: 44_100,
    channels: 2,
    channelLayout: { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: 3n },
    sampleFormat: AV_SAMPLE_FMT_FLTP,
  },
  bitsPerRawSample: null,
  samples: 10_000,
  largestFrameSamples: 1024,
  errors: 0,
  firstError: null,
  endedBy: "end-of-file",
};

const MD5 = "0123456789abcdef0123456789abcdef";

interface Row {
  readonly name: string;
  readonly claim?: Partial<StreamClaim>;
  readonly facts?: Partial<DecodeFacts>;
  readonly logged?: number;
  readonly md5?: string;
  /** The reason of a refusal, or the samples that are the track. */
  readonly expected: string | number;
  readonly notes?: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: "as many samples as stated", expected: 10_000 },
  { name: "one sample too few", facts: { samples: 9999 }, expected: "samples-missing" },
  {
    name: "less than a block too many is cut off and noted",
    facts: { samples: 11_023 },
    expected: 10_000,
    notes: ["samples-surplus"],
  },
  { name: "a block too many", facts: { samples: 11_024 }, expected: "samples-surplus" },
  {
    name: "a lead-in is not counted",
    claim: { leadSamples: 128 },
    facts: { samples: 10_128 },
    expected: 10_000,
  },
  { name: "a lead-in is missing", claim: { leadSamples: 128 }, expected: "samples-missing" },
  {
    name: "all that the packets hold, of which the end is cut off",
    claim: { codedSamples: 14_000, leadSamples: 128 },
    facts: { samples: 14_000 },
    expected: 10_000,
  },
  {
    name: "less than the packets hold",
    claim: { codedSamples: 14_000 },
    facts: { samples: 13_999 },
    expected: "samples-missing",
  },
  {
    name: "more than the packets hold",
    claim: { codedSamples: 14_000 },
    facts: { samples: 14_001 },
    expected: "samples-surplus",
  },
  {
    name: "packets that hold less than is stated",
    claim: { codedSamples: 9000 },
    facts: { samples: 9000 },
    expected: "samples-missing",
  },
  { name: "a decoder error", facts: { errors: 1, firstError: "x" }, expected: "decoder-errors" },
  { name: "a logged error", logged: 1, expected: "decoder-errors" },
  { name: "a format change", facts: { endedBy: "format-change" }, expected: "format-change" },
  { name: "too long", facts: { endedBy: "too-long" }, expected: "too-long" },
  { name: "too many errors", facts: { endedBy: "too-many-errors" }, expected: "decoder-errors" },
  { name: "ended at its limit", facts: { endedBy: "limit" }, expected: 10_000 },
  { name: "no length stated", claim: { samples: null }, facts: { samples: 5 }, expected: 5 },
  { name: "loose and within it", claim: { looseSamples: 50 }, facts: { samples: 9950 }, expected: 9950 },
  {
    name: "loose and below it",
    claim: { looseSamples: 50 },
    facts: { samples: 9949 },
    expected: "samples-missing",
  },
  {
    name: "loose and far above it is noted",
    claim: { looseSamples: 50 },
    facts: { samples: 90_000 },
    expected: 90_000,
    notes: ["samples-surplus"],
  },
  {
    name: "counted at half the decoder's rate",
    claim: { rateHz: 22_050, samples: 5000 },
    expected: 10_000,
  },
  { name: "the MD5 of FLAC", claim: { flacMd5: MD5 }, md5: MD5, expected: 10_000 },
  { name: "another MD5", claim: { flacMd5: MD5 }, md5: "00", expected: "flac-md5-mismatch" },
  { name: "no MD5 measured", claim: { flacMd5: MD5 }, expected: "flac-md5-mismatch" },
];

test.each(ROWS)("$name: $expected", ({ claim, facts, logged = 0, md5 = null, expected, notes = [] }) => {
  const log = { count: logged, messages: logged > 0 ? ["logged"] : [] };
  const verdict = judgeStream({ ...CLAIM, ...claim }, { ...FACTS, ...facts }, log, md5);
  expect(verdict.ok ? verdict.samples : verdict.reason).toBe(expected);
  expect(verdict.ok ? verdict.notes.map(({ kind }) => kind) : []).toEqual(notes);
});

test.each([
  [CLAIM, "ogg-granule"],
  [{ ...CLAIM, flacMd5: MD5 }, "flac-md5"],
  [{ ...CLAIM, samples: null }, "decoder-only"],
] as const)("says what proved the stream", (claim, proof) => {
  expect(judgeStream(claim, FACTS, { count: 0, messages: [] }, MD5)).toMatchObject({ ok: true, proof });
});

test("the limit counts the lead-in, and is known only where the length is told to the sample", () => {
  expect(limitSamples({ ...CLAIM, leadSamples: 128 })).toBe(10_128);
  expect(limitSamples({ ...CLAIM, looseSamples: 1 })).toBeNull();
  expect(limitSamples({ ...CLAIM, samples: null })).toBeNull();
});

test("a claim at another rate is converted", () => {
  expect(statedSamples(CLAIM, 44_100)).toBe(10_000);
  expect(statedSamples(CLAIM, 88_200)).toBe(20_000);
  expect(statedSamples({ ...CLAIM, samples: null }, 88_200)).toBeNull();
});
