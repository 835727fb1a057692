/** A run of bytes of one piece. */
export interface BlockRange {
  readonly piece: number;
  readonly beginBytes: number;
  readonly lengthBytes: number;
}

/** BEP 52: `length` hashes of one layer of a file's tree from `index` on, and the uncles of `proofLayers` layers above. */
export interface HashRange {
  /** 32 bytes. */
  readonly piecesRoot: Buffer;
  /** 0 is the layer of the 16 KiB leaves. */
  readonly baseLayer: number;
  readonly index: number;
  readonly length: number;
  readonly proofLayers: number;
}

/** What peers say to each other (BEP 3, 5, 6, 10, 52). */
export type PeerMessage =
  | { readonly kind: "keep-alive" | BareKind }
  | { readonly kind: "have" | "suggest-piece" | "allowed-fast"; readonly piece: number }
  | { readonly kind: "bitfield"; readonly bits: Buffer }
  | ({ readonly kind: "request" | "cancel" | "reject-request" } & BlockRange)
  | { readonly kind: "piece"; readonly piece: number; readonly beginBytes: number; readonly block: Buffer }
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "extended"; readonly extension: number; readonly payload: Buffer }
  | ({ readonly kind: "hash-request" | "hash-reject" } & HashRange)
  | ({ readonly kind: "hashes"; readonly hashes: Buffer } & HashRange)
  /** An id that is not known here: to be passed over. */
  | { readonly kind: "unknown"; readonly id: number };

type BareKind = "choke" | "unchoke" | "interested" | "not-interested" | "have-all" | "have-none";

/** The byte that tells the messages apart: BEP 3 up to 8, BEP 5 9, BEP 6 13 to 17, BEP 10 20, BEP 52 21 to 23. */
export const MESSAGE_ID = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  "not-interested": 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  "suggest-piece": 13,
  "have-all": 14,
  "have-none": 15,
  "reject-request": 16,
  "allowed-fast": 17,
  extended: 20,
  "hash-request": 21,
  hashes: 22,
  "hash-reject": 23,
} as const;

/** Bytes before the block in a `piece` message: the length, the id, the piece and the offset in it. */
export const PIECE_HEAD_BYTES = 13;
const HASH_RANGE_BYTES = 48;

/** Writes a message with its length in front (BEP 3). */
export function encodeMessage(message: Exclude<PeerMessage, { kind: "unknown" }>): Buffer {
  switch (message.kind) {
    case "keep-alive":
      return Buffer.alloc(4);
    case "have":
    case "suggest-piece":
    case "allowed-fast":
      return withNumbers(message.kind, [message.piece]);
    case "bitfield":
      return withBytes(message.kind, message.bits);
    case "request":
    case "cancel":
    case "reject-request":
      return withNumbers(message.kind, [message.piece, message.beginBytes, message.lengthBytes]);
    case "piece": {
      const bytes = Buffer.allocUnsafe(PIECE_HEAD_BYTES + message.block.length);
      writePieceHead(bytes, 0, { ...message, lengthBytes: message.block.length });
      message.block.copy(bytes, PIECE_HEAD_BYTES);
      return bytes;
    }
    case "port": {
      const bytes = framed(message.kind, 2);
      bytes.writeUInt16BE(message.port, 5);
      return bytes;
    }
    case "extended":
      return withBytes(message.kind, Buffer.concat([Buffer.from([message.extension]), message.payload]));
    case "hash-request":
    case "hash-reject":
      return withBytes(message.kind, hashRangeBytes(message));
    case "hashes":
      return withBytes(message.kind, Buffer.concat([hashRangeBytes(message), message.hashes]));
    default:
      return framed(message.kind, 0);
  }
}

/** Writes the head of a `piece` message at `offset`; the block belongs behind it. */
export function writePieceHead(target: Buffer, offset: number, range: BlockRange): void {
  target.writeUInt32BE(PIECE_HEAD_BYTES - 4 + range.lengthBytes, offset);
  target[offset + 4] = MESSAGE_ID.piece;
  target.writeUInt32BE(range.piece, offset + 5);
  target.writeUInt32BE(range.beginBytes, offset + 9);
}

function framed(kind: keyof typeof MESSAGE_ID, payloadBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(5 + payloadBytes);
  bytes.writeUInt32BE(1 + payloadBytes);
  bytes[4] = MESSAGE_ID[kind];
  return bytes;
}

function withNumbers(kind: keyof typeof MESSAGE_ID, numbers: readonly number[]): Buffer {
  const bytes = framed(kind, numbers.length * 4);
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number, 5 + index * 4);
  });
  return bytes;
}

function withBytes(kind: keyof typeof MESSAGE_ID, payload: Buffer): Buffer {
  const bytes = framed(kind, payload.length);
  payload.copy(bytes, 5);
  return bytes;
}

function hashRangeBytes(range: HashRange): Buffer {
  const bytes = Buffer.alloc(HASH_RANGE_BYTES);
  range.piecesRoot.copy(bytes, 0, 0, 32);
  [range.baseLayer, range.index, range.length, range.proofLayers].forEach((number, index) => {
    bytes.writeUInt32BE(number, 32 + index * 4);
  });
  return bytes;
}
