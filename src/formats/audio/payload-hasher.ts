import type { Container } from "./container.ts";
import { FlacPayloadHasher } from "./flac-payload.ts";
import { Mp3PayloadHasher } from "./mp3-payload.ts";
import { Mp4PayloadHasher } from "./mp4-payload.ts";
import { OggPayloadHasher } from "./ogg-payload.ts";
import type { PayloadHasher } from "./payload-report.ts";
import { WavPayloadHasher } from "./wav-payload.ts";

/**
 * Walks a file's container while hashing what is audio in it, tags left out: the second identity of a file
 * beside the hash of all its bytes. Memory is bounded whatever the file (at most 32 MiB, for MP4).
 */
export function createPayloadHasher(container: Container): PayloadHasher {
  switch (container) {
    case "ogg":
      return new OggPayloadHasher();
    case "flac":
      return new FlacPayloadHasher();
    case "mp3":
      return new Mp3PayloadHasher();
    case "mp4":
      return new Mp4PayloadHasher();
    case "wav":
      return new WavPayloadHasher();
  }
}
