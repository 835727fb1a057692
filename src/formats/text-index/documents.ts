import { deflateRaw, inflateRawSync } from "node:zlib";
import { ByteReader, ByteWriter, MalformedIndexError } from "./varint.ts";

/** Documents in a block. */
export const DOCUMENTS_BLOCK = 64;

/** No block of texts is larger when inflated. */
const MAX_TEXTS_BYTES = 1 << 20;

/** What is shown of a track that was found. */
export interface IndexedDocument {
  readonly trackId: bigint;
  readonly title: string;
  /** The main artists, as one text; empty when nobody is named. */
  readonly artist: string;
  readonly durationMs: number | null;
  /** 0–100, or null when nobody has counted; a 32-bit float. */
  readonly popularity: number | null;
}

/**
 * A block: how many documents it has, their track ids (8 bytes each, little-endian: they do not shrink), then deflated
 * the popularities (4 bytes each, NaN for null), and for each document duration + 1 (0 for null), title and artist.
 */
export async function encodeDocumentsBlock(documents: readonly IndexedDocument[]): Promise<Buffer> {
  const count = new ByteWriter(8);
  count.varint(documents.length);
  const ids = Buffer.alloc(8 * documents.length);
  const popularities = Buffer.alloc(4 * documents.length);
  const texts = new ByteWriter(8192);
  for (const [at, document] of documents.entries()) {
    ids.writeBigUInt64LE(document.trackId, 8 * at);
    popularities.writeFloatLE(document.popularity ?? Number.NaN, 4 * at);
    texts.varint(document.durationMs === null ? 0 : document.durationMs + 1);
    texts.text(document.title);
    texts.text(document.artist);
  }
  const deflated = await deflate(Buffer.concat([popularities, texts.bytes]));
  return Buffer.concat([count.bytes, ids, deflated]);
}

/** A block that is inflated; documents are read out of it one by one. */
export class DocumentsBlock {
  readonly count: number;
  readonly #ids: Buffer;
  readonly #texts: Buffer;
  readonly #offsets: number[] = [];

  /** Throws `MalformedIndexError` for bytes that cannot be a block. */
  constructor(bytes: Buffer) {
    const reader = new ByteReader(bytes);
    this.count = reader.varint();
    if (this.count > DOCUMENTS_BLOCK) throw new MalformedIndexError("a block has too many documents");
    this.#ids = reader.take(8 * this.count);
    this.#texts = inflate(bytes.subarray(reader.offset));
    const fields = new ByteReader(this.#texts);
    fields.take(4 * this.count);
    for (let at = 0; at < this.count; at += 1) {
      this.#offsets.push(fields.offset);
      fields.varint();
      fields.take(fields.varint());
      fields.take(fields.varint());
    }
  }

  /** The document at a place in the block; null beyond its end. */
  document(at: number): IndexedDocument | null {
    const offset = this.#offsets[at];
    if (offset === undefined) return null;
    const fields = new ByteReader(this.#texts, offset);
    const duration = fields.varint();
    const popularity = this.#texts.readFloatLE(4 * at);
    return {
      trackId: this.#ids.readBigUInt64LE(8 * at),
      durationMs: duration === 0 ? null : duration - 1,
      title: fields.text(),
      artist: fields.text(),
      popularity: Number.isNaN(popularity) ? null : popularity,
    };
  }
}

/** On a thread of its own: whoever encodes many blocks asks for the next ones meanwhile. */
function deflate(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, { level: 6 }, (error, deflated) => (error ? reject(error) : resolve(deflated)));
  });
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_TEXTS_BYTES });
  } catch (cause) {
    throw new MalformedIndexError(`a block of documents cannot be inflated: ${String(cause)}`);
  }
}
