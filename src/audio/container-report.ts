import type {
  FlacStructure,
  Mp3Structure,
  Mp4Structure,
  PayloadProblem,
  PayloadProblemKind,
  PayloadReport,
  WavStructure,
} from "../formats/audio/index.ts";
import type { OggCodec, OggWalkReport } from "../formats/ogg/index.ts";
import type { Demuxer } from "./engine/open-stream.ts";
import type { StreamClaim } from "./integrity.ts";
import type { AudioContainer, AudioFailure, AudioNote } from "./types.ts";

export type ReadContainer =
  | {
      readonly ok: true;
      readonly container: AudioContainer;
      readonly demuxer: Demuxer;
      /** FFmpeg's names of the decoders that fit what the container says. */
      readonly decoders: ReadonlySet<string>;
      readonly payloadSha256: string | null;
      readonly payloadMethod: string;
      readonly bitsPerSample: number | null;
      readonly claim: StreamClaim;
    }
  | { readonly ok: false; readonly reason: AudioFailure; readonly detail: string };

export interface ReportContext {
  /** A tag tells that a gain tool rewrote the frames of an MP3. */
  readonly gainWasEdited: boolean;
}

const FAILURES: Readonly<Record<PayloadProblemKind, AudioFailure>> = {
  empty: "empty",
  "wrong-container": "not-audio",
  "no-audio": "not-audio",
  truncated: "truncated",
  garbage: "container-damaged",
  tail: "container-damaged",
  "bad-header": "container-damaged",
  "frame-count": "samples-missing",
  "bad-frame": "container-damaged",
  "bad-size": "container-damaged",
  "stale-size": "container-damaged",
  "bad-table": "container-damaged",
  "too-large": "container-damaged",
  encrypted: "unsupported",
  ogg: "ogg-damaged",
};

const DECODERS = {
  ogg: { vorbis: ["vorbis"], opus: ["opus"], flac: ["flac"], speex: [] } satisfies Record<OggCodec, string[]>,
  flac: ["flac"],
  mp3: ["mp3float", "mp2float", "mp1float"],
  mp4: ["aac", "alac", "flac", "opus", "mp3float"],
  wav: ["u8", "s16le", "s24le", "s32le", "f32le", "f64le", "alaw", "mulaw"].map((name) => `pcm_${name}`),
} as const;

/** LAME's tag tells the length to the sample; without it a decoder may hold back or add up to two frames. */
const MP3_LOOSE_FRAMES = 2;
/** MP4 states lengths in the movie's time scale, often milliseconds, and AAC comes in blocks of up to 2048. */
const MP4_LOOSE_SECONDS = 0.05;

/** Turns what the walk over a container saw into what its stream must decode to, or into the reason why it is refused. */
export function readContainerReport(report: PayloadReport, context: ReportContext): ReadContainer {
  const { structure } = report;
  const fatal = report.problems.find((problem) => !isHarmless(problem, report));
  if (fatal !== undefined) {
    const more = report.problemCount > 1 ? ` (one of ${report.problemCount} problems)` : "";
    return {
      ok: false,
      reason: failureOf(fatal),
      detail: `byte ${fatal.offsetBytes}: ${fatal.detail}${more}`,
    };
  }
  const notes = report.problems.map(({ kind, detail }): AudioNote => ({ kind: `container-${kind}`, detail }));
  const common = { payloadSha256: report.payloadSha256, payloadMethod: report.method };
  switch (structure.container) {
    case "ogg":
      return { ...common, ...readOgg(structure.walk) };
    case "flac":
      return { ...common, ...readFlac(structure, notes) };
    case "mp3":
      if (structure.musicCrc === "mismatch" && !context.gainWasEdited) {
        const detail = `byte ${structure.musicOffsetBytes}: the CRC over all audio from here does not match, and no gain tool left its mark`;
        return { ok: false, reason: "mp3-crc-mismatch", detail };
      }
      return { ...common, ...readMp3(structure, notes) };
    case "mp4":
      return { ...common, ...readMp4(structure, notes) };
    case "wav":
      return { ...common, ...readWav(structure, notes) };
  }
}

/**
 * Bytes behind the audio are no loss where something proves that none of them belongs to it: bytes put in anywhere push
 * as many out behind the end.
 */
function isHarmless(problem: PayloadProblem, { structure }: PayloadReport): boolean {
  switch (structure.container) {
    case "mp3":
      return problem.kind === "tail" && structure.musicCrc === "ok";
    case "mp4":
      return problem.kind === "tail" && structure.endsWithMovie;
    case "wav":
      return problem.kind === "stale-size";
    default:
      return false;
  }
}

function failureOf({ kind, detail }: PayloadProblem): AudioFailure {
  if (kind !== "ogg") return FAILURES[kind];
  const oggKind = detail.split(":", 1)[0];
  return oggKind === "not-ogg" || oggKind === "no-audio" ? "not-audio" : FAILURES.ogg;
}

type Read = Omit<Extract<ReadContainer, { ok: true }>, "payloadSha256" | "payloadMethod">;

function readOgg(walk: OggWalkReport): Read {
  const notes: AudioNote[] = [];
  if (walk.chained) notes.push({ kind: "ogg-chained", detail: `${walk.links} links` });
  if (walk.multiplexed) notes.push({ kind: "ogg-multiplexed", detail: `${walk.streamCount} streams` });
  const start = walk.startOffsetSamples ?? 0;
  // Of a chain FFmpeg must cut each link's end itself.
  const isPlainVorbis = walk.codec === "vorbis" && !walk.chained;
  if (start !== 0) notes.push({ kind: "ogg-start-offset", detail: `${start} samples` });
  if (walk.granuleDriftPages > 0) {
    notes.push({ kind: "ogg-granule-drift", detail: `${walk.granuleDriftPages} pages` });
  }
  return {
    ok: true,
    container: "ogg",
    demuxer: "ogg",
    decoders: new Set(walk.codec === null ? [] : DECODERS.ogg[walk.codec]),
    bitsPerSample: walk.bitsPerSample,
    claim: {
      samples: walk.granuleSamples,
      rateHz: walk.sampleRateHz ?? 0,
      proof: "ogg-granule",
      looseSamples: 0,
      codedSamples: isPlainVorbis ? walk.packetSamples : null,
      leadSamples: walk.codec === "vorbis" ? Math.max(0, -start) : 0,
      endIsKnown: false,
      flacMd5: null,
      notes,
    },
  };
}

function readFlac({ streamInfo }: FlacStructure, notes: readonly AudioNote[]): Read {
  const unproved: AudioNote = { kind: "flac-md5-absent", detail: "STREAMINFO holds no MD5 of the samples" };
  return {
    ok: true,
    container: "flac",
    demuxer: "flac",
    decoders: new Set(DECODERS.flac),
    bitsPerSample: streamInfo?.bitsPerSample ?? null,
    claim: {
      samples: streamInfo?.totalSamples ?? null,
      rateHz: streamInfo?.sampleRateHz ?? 0,
      proof: "sample-count",
      looseSamples: 0,
      codedSamples: null,
      leadSamples: 0,
      endIsKnown: false,
      flacMd5: streamInfo?.md5 ?? null,
      notes: streamInfo?.md5 == null ? [...notes, unproved] : notes,
    },
  };
}

function readMp3(structure: Mp3Structure, notes: readonly AudioNote[]): Read {
  const edited: AudioNote = {
    kind: "mp3-gain-edited",
    detail: "LAME's CRC is from before the gain was edited",
  };
  return {
    ok: true,
    container: "mp3",
    demuxer: "mp3",
    decoders: new Set(DECODERS.mp3),
    bitsPerSample: null,
    claim: {
      samples: structure.expectedSamples,
      rateHz: structure.sampleRateHz ?? 0,
      proof: "sample-count",
      looseSamples: structure.expectedSamplesExact ? 0 : MP3_LOOSE_FRAMES * (structure.samplesPerFrame ?? 0),
      codedSamples: null,
      leadSamples: 0,
      endIsKnown: structure.expectedSamplesExact,
      flacMd5: null,
      notes: structure.musicCrc === "mismatch" ? [...notes, edited] : notes,
    },
  };
}

function readMp4({ audio }: Mp4Structure, notes: readonly AudioNote[]): Read {
  const rateHz = audio?.sampleRateHz ?? 0;
  const durationMs = audio?.durationMs ?? null;
  return {
    ok: true,
    container: "mp4",
    demuxer: "mov",
    decoders: new Set(DECODERS.mp4),
    bitsPerSample: audio?.bitsPerSample ?? null,
    claim: {
      samples: durationMs === null ? null : Math.round((durationMs * rateHz) / 1000),
      rateHz,
      proof: "sample-count",
      looseSamples: Math.ceil(rateHz * MP4_LOOSE_SECONDS * (audio?.durationExact === true ? 1 : 3)),
      codedSamples: null,
      leadSamples: 0,
      endIsKnown: false,
      flacMd5: null,
      notes,
    },
  };
}

function readWav({ format, totalSamples }: WavStructure, notes: readonly AudioNote[]): Read {
  return {
    ok: true,
    container: "wav",
    demuxer: "wav",
    decoders: new Set(DECODERS.wav),
    bitsPerSample: format?.bitsPerSample ?? null,
    claim: {
      samples: totalSamples,
      rateHz: format?.sampleRateHz ?? 0,
      proof: "sample-count",
      looseSamples: 0,
      codedSamples: null,
      leadSamples: 0,
      endIsKnown: false,
      flacMd5: null,
      notes,
    },
  };
}
