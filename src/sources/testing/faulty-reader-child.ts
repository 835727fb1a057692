import { serveJobs } from "../../core/child-worker.ts";
import { parseReadJob } from "../reader/read-job.ts";

/** A child that does to itself what a file's name says: `crash`, `crash-on-tags`, `hang`, `nonsense`. */
serveJobs((message) => {
  const { items, withTags } = parseReadJob(message);
  const names = items.map(({ path }) => Buffer.from(path).toString());
  if (names.includes("crash") || (withTags && names.includes("crash-on-tags"))) process.exit(9);
  if (names.includes("hang")) for (;;);
  if (names.includes("nonsense")) return { outcomes: [] };
  const state = { sizeBytes: 1, mtimeNs: 1n, inode: 1n };
  const facts = {
    container: "wav",
    codec: "pcm",
    sampleRateHz: 44_100,
    channels: 2,
    bitsPerSample: 16,
    durationMs: 1,
    durationExact: true,
    bitrateKbps: 1,
  };
  const tags = withTags ? [{ key: "TITLE", value: "t", native: "exif:INAM" }] : [];
  return {
    outcomes: names.map(() => ({ kind: "audio", state, facts, tags, reason: null, detail: null })),
  };
});
