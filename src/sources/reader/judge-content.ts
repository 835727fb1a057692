import {
  type Container,
  type SniffedContainer,
  sniffContainer,
  type TechnicalFacts,
  technicalFacts,
} from "../../formats/audio/index.ts";
import { BeyondReachError, type ByteSpan, readSpan } from "./byte-span.ts";
import type { ReadOutcome } from "./read-job.ts";
import { readTags } from "./read-tags.ts";

type Judged<Kind extends string> = Omit<Extract<ReadOutcome, { kind: Kind }>, "state">;

/** What a file or member is by its content. */
export type Verdict = Judged<"audio"> | Judged<"rejected"> | { readonly kind: "zip" };

/** Read first, at the beginning and at the end; enough for nearly every file. */
const FIRST_BYTES = 131_072;
/** Read when that did not tell what the music is. */
const MORE_BYTES = 1_048_576;
/** The index of an MP4 file stands before or behind the music, and grows with it: some MB for a day of sound. */
const MORE_MP4_BYTES = 16_777_216;
/** Tags before the music that are looked behind, one after the other. */
const MAX_TAGS_IN_FRONT = 4;

/** Tells what the content is, and for audio its technical facts and tags. `name` is a hint, never a proof. */
export async function judgeContent(span: ByteSpan, name: string, withTags: boolean): Promise<Verdict> {
  const head = readSpan(span, 0, FIRST_BYTES);
  const { sniffed, startBytes } = sniffBehindTags(span, head, name);
  const { container } = sniffed;
  if (container === "zip") return { kind: "zip" };
  if (container === "unknown") return { kind: "rejected", reason: "not-audio", detail: sniffed.reason };
  const facts = factsOf(span, startBytes, container);
  if (!facts) {
    const detail = `begins with ${sniffed.reason}, but says nothing of any sound that we can read`;
    return { kind: "rejected", reason: "no-audio-headers", detail };
  }
  const row = { ...facts, container };
  if (!withTags) return { kind: "audio", facts: row, tags: [], reason: "tags-unreadable", detail: null };
  const tags = await readTags(span, head, container);
  if (!tags.ok) return { kind: "audio", facts: row, tags: [], reason: tags.reason, detail: tags.detail };
  const cut = { reason: "tags-cut", detail: "longer or more values than are kept" };
  return {
    kind: "audio",
    facts: row,
    tags: [...tags.rows],
    ...(tags.isCut ? cut : { reason: null, detail: null }),
  };
}

/** True when the rest of what begins like this is worth reading. */
export function mayBeAudio(head: Buffer, name: string): boolean {
  const { container } = sniffContainer(head, name);
  return container !== "unknown" && container !== "zip";
}

/** A cover in front can be larger than all that was read: what counts begins behind it. */
function sniffBehindTags(
  span: ByteSpan,
  head: Buffer,
  name: string,
): { readonly sniffed: SniffedContainer; readonly startBytes: number } {
  let sniffed = sniffContainer(head, name);
  let startBytes = 0;
  for (let tags = 0; sniffed.probeAtBytes !== undefined && tags < MAX_TAGS_IN_FRONT; tags += 1) {
    startBytes += sniffed.probeAtBytes;
    if (startBytes >= span.sizeBytes) {
      return { sniffed: { container: "unknown", reason: "ID3v2 tag with no audio behind it" }, startBytes };
    }
    sniffed = sniffContainer(readSpan(span, startBytes, FIRST_BYTES), name);
  }
  return { sniffed, startBytes };
}

function factsOf(span: ByteSpan, startBytes: number, container: Container): TechnicalFacts | null {
  const sizeBytes = span.sizeBytes - startBytes;
  const attempt = (bytes: number): TechnicalFacts | null => {
    const length = Math.min(bytes, sizeBytes);
    try {
      const head = readSpan(span, startBytes, length);
      const tail = readSpan(span, span.sizeBytes - length, length);
      return technicalFacts(head, tail, sizeBytes, container);
    } catch (error) {
      if (error instanceof BeyondReachError) return null;
      throw error;
    }
  };
  const facts = attempt(FIRST_BYTES);
  const isEnough = facts?.durationMs != null || sizeBytes <= FIRST_BYTES;
  // Of Ogg no more than this is ever looked at.
  if (isEnough || container === "ogg") return facts;
  const more = container === "mp4" ? MORE_MP4_BYTES : MORE_BYTES;
  return attempt(more) ?? facts;
}
