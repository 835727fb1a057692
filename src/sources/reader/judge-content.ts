import {
  type Container,
  type SniffedContainer,
  sniffContainer,
  type TechnicalFacts,
  technicalFacts,
} from "../../formats/audio/index.ts";
import { OGG_HEAD_BYTES, OGG_TAIL_BYTES } from "../../formats/ogg/index.ts";
import { BeyondReachError, type ByteSpan, readSpan } from "./byte-span.ts";
import type { ReadOutcome } from "./read-job.ts";
import { readTags } from "./read-tags.ts";

type Judged<Kind extends string> = Omit<Extract<ReadOutcome, { kind: Kind }>, "state">;

/** What a file or member is by its content. */
export type Verdict = Judged<"audio"> | Judged<"rejected"> | { readonly kind: "zip" };

/** Read first, at the beginning and at the end; enough for nearly every file. */
const FIRST_HEAD_BYTES = OGG_HEAD_BYTES;
const FIRST_TAIL_BYTES = OGG_TAIL_BYTES;
/** Read when that did not tell what the music is. */
const MORE_BYTES = 1_048_576;
/** The index of an MP4 file stands before or behind the music, and grows with it: some MB for a day of sound. */
const MORE_MP4_BYTES = 16_777_216;
/** Tags before the music that are looked behind, one after the other. */
const MAX_TAGS_IN_FRONT = 4;

/** Tells what the content is, and for audio its technical facts and tags. `name` is a hint, never a proof. */
export async function judgeContent(span: ByteSpan, name: string, withTags: boolean): Promise<Verdict> {
  const head = readSpan(span, 0, FIRST_HEAD_BYTES);
  const { sniffed, start } = sniffBehindTags(span, head, name);
  const { container } = sniffed;
  if (container === "zip") return { kind: "zip" };
  if (container === "unknown") return { kind: "rejected", reason: "not-audio", detail: sniffed.reason };
  const facts = factsOf(span, start, container);
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

/** Where the music itself begins, and the first bytes from there. */
interface Start {
  readonly offsetBytes: number;
  readonly head: Buffer;
}

/** A cover in front can be larger than all that was read: what counts begins behind it. */
function sniffBehindTags(
  span: ByteSpan,
  head: Buffer,
  name: string,
): { readonly sniffed: SniffedContainer; readonly start: Start } {
  let sniffed = sniffContainer(head, name);
  let start: Start = { offsetBytes: 0, head };
  for (let tags = 0; sniffed.probeAtBytes !== undefined && tags < MAX_TAGS_IN_FRONT; tags += 1) {
    const offsetBytes = start.offsetBytes + sniffed.probeAtBytes;
    if (offsetBytes >= span.sizeBytes) {
      return { sniffed: { container: "unknown", reason: "ID3v2 tag with no audio behind it" }, start };
    }
    start = { offsetBytes, head: readSpan(span, offsetBytes, FIRST_HEAD_BYTES) };
    sniffed = sniffContainer(start.head, name);
  }
  return { sniffed, start };
}

function factsOf(span: ByteSpan, start: Start, container: Container): TechnicalFacts | null {
  const sizeBytes = span.sizeBytes - start.offsetBytes;
  const tail = tailOf(span, Math.min(FIRST_TAIL_BYTES, sizeBytes));
  const facts = tail && technicalFacts(start.head, tail, sizeBytes, container);
  const isEnough = facts?.durationMs != null || sizeBytes <= FIRST_HEAD_BYTES;
  // Of Ogg no more than this is ever looked at.
  if (isEnough || container === "ogg") return facts;
  const more = Math.min(container === "mp4" ? MORE_MP4_BYTES : MORE_BYTES, sizeBytes);
  const longHead = reachable(() => readSpan(span, start.offsetBytes, more)) ?? start.head;
  const longTail = tailOf(span, more) ?? tail;
  return (longTail && technicalFacts(longHead, longTail, sizeBytes, container)) ?? facts;
}

function tailOf(span: ByteSpan, length: number): Buffer | null {
  return reachable(() => readSpan(span, span.sizeBytes - length, length));
}

/** Null when these bytes of a member are not at hand. */
function reachable(read: () => Buffer): Buffer | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof BeyondReachError) return null;
    throw error;
  }
}
