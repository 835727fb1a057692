import { crc32 } from "node:zlib";

/** Bytes before the body of every index file. */
export const HEADER_BYTES = 128;

const MAGIC = Buffer.from("DWXINDEX", "latin1");
const VERSION = 1;
const CRC_AT = 124;

/** What a file of an index is. */
export const INDEX_FILE_KINDS = ["keys", "terms", "postings", "documents", "rows"] as const;
export type IndexFileKind = (typeof INDEX_FILE_KINDS)[number];

export interface IndexFileHeader {
  readonly kind: IndexFileKind;
  /** Depends on the kind: bytes of a payload; terms, documents or rows in a block. */
  readonly parameter: number;
  /** Entries, terms, documents or blocks of rows. */
  readonly count: number;
  readonly bodyBytes: number;
  /** Where the table at the end of the body starts, from the start of the body; 0 when there is none. */
  readonly tableOffset: number;
  /** 32 bytes that say what the index was made from. */
  readonly source: Uint8Array;
  /** SHA-256 of the body. */
  readonly bodySha256: Uint8Array;
}

/** The 128 bytes of `docs/formats/key-index.md`, all numbers little-endian. */
export function encodeIndexHeader(header: IndexFileHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(VERSION, 8);
  bytes.writeUInt16LE(INDEX_FILE_KINDS.indexOf(header.kind) + 1, 10);
  bytes.writeUInt32LE(header.parameter, 12);
  bytes.writeBigUInt64LE(BigInt(header.count), 16);
  bytes.writeBigUInt64LE(BigInt(header.bodyBytes), 24);
  bytes.set(header.source, 32);
  bytes.set(header.bodySha256, 64);
  bytes.writeBigUInt64LE(BigInt(header.tableOffset), 96);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

export type ParsedIndexHeader =
  | { readonly ok: true; readonly header: IndexFileHeader }
  | { readonly ok: false; readonly reason: string };

/** Reads the header of a file of `fileBytes` bytes; says why it cannot be one. */
export function parseIndexHeader(bytes: Buffer, fileBytes: number): ParsedIndexHeader {
  if (bytes.length < HEADER_BYTES) return refused("it is too short");
  if (!bytes.subarray(0, 8).equals(MAGIC)) return refused("it is no index file");
  if (bytes.readUInt16LE(8) !== VERSION) return refused(`it has version ${bytes.readUInt16LE(8)}`);
  if (bytes.readUInt32LE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT)))
    return refused("its header is damaged");
  const kind = INDEX_FILE_KINDS[bytes.readUInt16LE(10) - 1];
  if (!kind) return refused("its kind is not known");
  const [count, bodyBytes, tableOffset] = [16, 24, 96].map((at) => Number(bytes.readBigUInt64LE(at)));
  if (count === undefined || bodyBytes === undefined || tableOffset === undefined) return refused("never");
  if (HEADER_BYTES + bodyBytes !== fileBytes) {
    return refused(`it has ${fileBytes} bytes instead of ${HEADER_BYTES + bodyBytes}`);
  }
  // Every entry, term, document and block takes a byte at least.
  if (count > bodyBytes || tableOffset > bodyBytes) return refused("its header contradicts itself");
  return {
    ok: true,
    header: {
      kind,
      parameter: bytes.readUInt32LE(12),
      count,
      bodyBytes,
      tableOffset,
      source: Uint8Array.from(bytes.subarray(32, 64)),
      bodySha256: Uint8Array.from(bytes.subarray(64, 96)),
    },
  };
}

function refused(reason: string): ParsedIndexHeader {
  return { ok: false, reason };
}
