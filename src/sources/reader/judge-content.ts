import { id3v2Bytes } from "../../formats/audio/id3v2.ts";
import { sniffContainer, type TechnicalFacts, technicalFacts } from "./audio-facts.ts";
import { type ByteSpan, readSpan } from "./byte-span.ts";
import type { ReadOutcome } from "./read-job.ts";
import { readTags, type TagContainer } from "./read-tags.ts";

type Judged<Kind extends string> = Omit<Extract<ReadOutcome, { kind: Kind }>, "state">;

/** What a file or member is by its content. */
export type Verdict = Judged<"audio"> | Judged<"rejected"> | { readonly kind: "zip" };

/** Read first, at the beginning and at the end; enough for nearly every file. */
const FIRST_BYTES = 131_072;
/** Read when that did not tell how long the music is. */
const MORE_BYTES = 1_048_576;

/** Tells what the content is, and for audio its technical facts and tags. `name` is a hint, never a proof. */
export async function judgeContent(span: ByteSpan, name: string, withTags: boolean): Promise<Verdict> {
  const head = readSpan(span, 0, FIRST_BYTES);
  const { container, reason } = sniffContainer(head, name);
  if (container === "zip") return { kind: "zip" };
  if (container === "unknown") return { kind: "rejected", reason: "not-audio", detail: reason };
  const facts = factsOf(span, head, container);
  if (facts.codec === null) {
    return { kind: "rejected", reason: "not-audio", detail: `${container} without a sound that we know` };
  }
  const row = { ...facts, container };
  if (!withTags) return { kind: "audio", facts: row, tags: [], reason: "tags-unreadable", detail: null };
  const tags = await readTags(span, head, container);
  if (!tags.ok) return { kind: "audio", facts: row, tags: [], reason: tags.reason, detail: tags.detail };
  const reasonOfTags = tags.isCut ? "tags-cut" : null;
  const detail = tags.isCut ? "a value or the number of values was too large" : null;
  return { kind: "audio", facts: row, tags: [...tags.rows], reason: reasonOfTags, detail };
}

/** True when the rest of what begins like this is worth reading. */
export function mayBeAudio(head: Buffer, name: string): boolean {
  const { container } = sniffContainer(head, name);
  return container !== "unknown" && container !== "zip";
}

function factsOf(span: ByteSpan, head: Buffer, container: TagContainer): TechnicalFacts {
  const sizeBytes = span.sizeBytes;
  const first = technicalFacts(head, tailOf(span, FIRST_BYTES), sizeBytes, container);
  if (first.durationMs !== null && first.codec !== null) return first;
  // A large cover stands before the first frame of an MP3 or FLAC file: look behind it.
  const skipBytes = container === "mp3" ? Math.min(id3v2Bytes(head), sizeBytes) : 0;
  if (skipBytes === 0 && sizeBytes <= FIRST_BYTES) return first;
  return technicalFacts(
    readSpan(span, skipBytes, MORE_BYTES),
    tailOf(span, Math.min(MORE_BYTES, sizeBytes - skipBytes)),
    sizeBytes - skipBytes,
    container,
  );
}

/** Fewer bytes, or none, when the end cannot be reached. */
function tailOf(span: ByteSpan, length: number): Buffer {
  return readSpan(span, Math.max(0, span.sizeBytes - length), length);
}
