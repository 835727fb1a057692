import { parseFromTokenizer } from "music-metadata";
import { errorMessage } from "../../core/errors.ts";
import type { Container } from "../../formats/audio/index.ts";
import type { ByteSpan } from "./byte-span.ts";
import { SpanTokenizer } from "./span-tokenizer.ts";
import { type TagRows, tagRows } from "./tag-rows.ts";

/** All bytes that the tags of one file may cost: covers count, as they have to be read over. */
export const MAX_BYTES_FOR_TAGS = 33_554_432;

const MIME_TYPES: Readonly<Record<Container, string>> = {
  ogg: "audio/ogg",
  flac: "audio/flac",
  mp3: "audio/mpeg",
  mp4: "audio/mp4",
  wav: "audio/wav",
};

export type ReadTags =
  | ({ readonly ok: true } & TagRows)
  | { readonly ok: false; readonly reason: "tags-unreadable"; readonly detail: string };

/**
 * The tags of a file of a known container. `head` is the beginning of `span`. Never reads for a duration: that would
 * read the whole file.
 */
export async function readTags(span: ByteSpan, head: Buffer, container: Container): Promise<ReadTags> {
  // Covers are looked at to say that they are there, except in Ogg, where base64 makes that dear; a broken one must
  // not hide the other tags.
  const attempts = container === "ogg" ? [true] : [false, true];
  let detail = "";
  for (const skipCovers of attempts) {
    const tokenizer = new SpanTokenizer(span, head, MIME_TYPES[container], MAX_BYTES_FOR_TAGS);
    try {
      const { native, quality } = await parseFromTokenizer(tokenizer, { skipCovers });
      return {
        ok: true,
        ...tagRows(
          native,
          quality.warnings.map((warning) => warning.message),
        ),
      };
    } catch (error) {
      detail = errorMessage(error).slice(0, 200);
    }
  }
  return { ok: false, reason: "tags-unreadable", detail };
}
