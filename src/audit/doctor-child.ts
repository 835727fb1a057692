import { serveJobs } from "../core/child-worker.ts";
import { errorMessage } from "../core/errors.ts";
import { type Probe, type ProbeAnswer, probeJobSchema } from "./doctor-probes.ts";

/** What of FFmpeg the audio stage cannot do without. */
const ENCODERS = ["libopus"];
const DECODERS = ["vorbis", "libopus", "flac", "mp3", "aac", "alac", "pcm_s16le"];
const FILTERS = ["ebur128"];

serveJobs(async (message): Promise<ProbeAnswer> => {
  const { probe } = probeJobSchema.parse(message);
  try {
    return await PROBE_WORK[probe]();
  } catch (error) {
    return { ok: false, found: errorMessage(error) };
  }
});

const PROBE_WORK: Readonly<Record<Probe, () => Promise<ProbeAnswer>>> = {
  async audio() {
    const { Codec, Filter, FormatContext, getFFmpegInfo } = await import("node-av/lib");
    const codecs = Codec.getCodecList();
    const encoders = new Set(codecs.filter((codec) => codec.isEncoder()).map(({ name }) => name));
    const decoders = new Set(codecs.filter((codec) => codec.isDecoder()).map(({ name }) => name));
    const missing = [
      ...ENCODERS.filter((name) => !encoders.has(name)).map((name) => `encoder ${name}`),
      ...DECODERS.filter((name) => !decoders.has(name)).map((name) => `decoder ${name}`),
      ...FILTERS.filter((name) => !Filter.getByName(name)).map((name) => `filter ${name}`),
    ];
    if (!hasMuxer(() => new FormatContext().allocOutputContext2(null, "chromaprint", null))) {
      missing.push("muxer chromaprint");
    }
    const found = `FFmpeg ${getFFmpegInfo().version}`;
    return missing.length === 0
      ? { ok: true, found }
      : { ok: false, found: `${found} without ${missing.join(", ")}` };
  },
  async database() {
    const { Database } = await import("../core/database.ts");
    const database = await Database.open();
    try {
      const [row] = await database.rows("select version() as version");
      return { ok: true, found: `DuckDB ${String(row?.version)}` };
    } finally {
      database.close();
    }
  },
  async tags() {
    await import("music-metadata");
    return { ok: true, found: "music-metadata" };
  },
  async zip() {
    await import("yauzl");
    return { ok: true, found: "yauzl" };
  },
};

/** A muxer that is not there is an error code or an exception. */
function hasMuxer(open: () => number): boolean {
  try {
    return open() >= 0;
  } catch {
    return false;
  }
}
