import { type BlockRange, type HashRange, MESSAGE_ID, type PeerMessage } from "./messages.ts";

/** A peer said what no peer may say; the connection is of no use any more. */
export class PeerFault extends Error {}

const SHA256_BYTES = 32;
const HASH_RANGE_BYTES = 48;

/**
 * Reads one message without its length. Throws `PeerFault` when its payload has another length than its id asks for.
 * `block`, `bits`, `payload` and `hashes` are views of `bytes`.
 */
export function parseMessage(bytes: Buffer): PeerMessage {
  const id = bytes[0];
  if (id === undefined) return { kind: "keep-alive" };
  const payload = bytes.subarray(1);
  switch (id) {
    case MESSAGE_ID.choke:
      return bare("choke", payload);
    case MESSAGE_ID.unchoke:
      return bare("unchoke", payload);
    case MESSAGE_ID.interested:
      return bare("interested", payload);
    case MESSAGE_ID["not-interested"]:
      return bare("not-interested", payload);
    case MESSAGE_ID["have-all"]:
      return bare("have-all", payload);
    case MESSAGE_ID["have-none"]:
      return bare("have-none", payload);
    case MESSAGE_ID.have:
      return { kind: "have", piece: onlyNumber("have", payload) };
    case MESSAGE_ID["suggest-piece"]:
      return { kind: "suggest-piece", piece: onlyNumber("suggest-piece", payload) };
    case MESSAGE_ID["allowed-fast"]:
      return { kind: "allowed-fast", piece: onlyNumber("allowed-fast", payload) };
    case MESSAGE_ID.bitfield:
      return { kind: "bitfield", bits: payload };
    case MESSAGE_ID.request:
      return { kind: "request", ...blockRange("request", payload) };
    case MESSAGE_ID.cancel:
      return { kind: "cancel", ...blockRange("cancel", payload) };
    case MESSAGE_ID["reject-request"]:
      return { kind: "reject-request", ...blockRange("reject-request", payload) };
    case MESSAGE_ID.piece:
      requireAtLeast("piece", payload, 8);
      return {
        kind: "piece",
        piece: payload.readUInt32BE(0),
        beginBytes: payload.readUInt32BE(4),
        block: payload.subarray(8),
      };
    case MESSAGE_ID.port:
      requireLength("port", payload, 2);
      return { kind: "port", port: payload.readUInt16BE(0) };
    case MESSAGE_ID.extended:
      requireAtLeast("extended", payload, 1);
      return { kind: "extended", extension: payload[0] ?? 0, payload: payload.subarray(1) };
    case MESSAGE_ID["hash-request"]:
      requireLength("hash-request", payload, HASH_RANGE_BYTES);
      return { kind: "hash-request", ...hashRange(payload) };
    case MESSAGE_ID["hash-reject"]:
      requireLength("hash-reject", payload, HASH_RANGE_BYTES);
      return { kind: "hash-reject", ...hashRange(payload) };
    case MESSAGE_ID.hashes: {
      requireAtLeast("hashes", payload, HASH_RANGE_BYTES);
      const hashes = payload.subarray(HASH_RANGE_BYTES);
      if (hashes.length % SHA256_BYTES !== 0) throw new PeerFault("hashes are cut short");
      return { kind: "hashes", ...hashRange(payload), hashes };
    }
    default:
      return { kind: "unknown", id };
  }
}

function bare<Kind extends string>(kind: Kind, payload: Buffer): { readonly kind: Kind } {
  requireLength(kind, payload, 0);
  return { kind };
}

function onlyNumber(kind: string, payload: Buffer): number {
  requireLength(kind, payload, 4);
  return payload.readUInt32BE(0);
}

function blockRange(kind: string, payload: Buffer): BlockRange {
  requireLength(kind, payload, 12);
  return {
    piece: payload.readUInt32BE(0),
    beginBytes: payload.readUInt32BE(4),
    lengthBytes: payload.readUInt32BE(8),
  };
}

function hashRange(payload: Buffer): HashRange {
  return {
    piecesRoot: Buffer.from(payload.subarray(0, SHA256_BYTES)),
    baseLayer: payload.readUInt32BE(32),
    index: payload.readUInt32BE(36),
    length: payload.readUInt32BE(40),
    proofLayers: payload.readUInt32BE(44),
  };
}

function requireLength(kind: string, payload: Buffer, lengthBytes: number): void {
  if (payload.length !== lengthBytes) {
    throw new PeerFault(`"${kind}" has ${payload.length} bytes where ${lengthBytes} are due`);
  }
}

function requireAtLeast(kind: string, payload: Buffer, lengthBytes: number): void {
  if (payload.length < lengthBytes) throw new PeerFault(`"${kind}" is cut short`);
}
