/** BEP 3: the byte 19, `BitTorrent protocol`, 8 reserved bytes, the infohash and the peer id. */
export const HANDSHAKE_BYTES = 68;
const PROTOCOL = Buffer.from("\x13BitTorrent protocol", "latin1");
const RESERVED_AT = PROTOCOL.length;
const INFOHASH_AT = RESERVED_AT + 8;
const PEER_ID_AT = INFOHASH_AT + 20;

/** Byte and bit of the reserved bytes: BEP 10, BEP 6, BEP 5, BEP 52. */
const EXTENSIONS = { byte: 5, bit: 0x10 };
const FAST = { byte: 7, bit: 0x04 };
const DHT = { byte: 7, bit: 0x01 };
const V2 = { byte: 7, bit: 0x10 };

export interface Handshake {
  /** 20 bytes: the v1 infohash, or the first 20 bytes of the v2 one. */
  readonly infohash: Buffer;
  /** 20 bytes. */
  readonly peerId: Buffer;
  readonly hasExtensions: boolean;
  readonly hasFast: boolean;
  readonly hasDht: boolean;
  /** BEP 52: the peer can go over to the v2 swarm of the same torrent. */
  readonly hasV2: boolean;
}

/** Writes the 68 bytes of a handshake (BEP 3). */
export function encodeHandshake(handshake: Handshake): Buffer {
  const bytes = Buffer.alloc(HANDSHAKE_BYTES);
  PROTOCOL.copy(bytes);
  const flags = [
    [EXTENSIONS, handshake.hasExtensions],
    [FAST, handshake.hasFast],
    [DHT, handshake.hasDht],
    [V2, handshake.hasV2],
  ] as const;
  for (const [{ byte, bit }, isSet] of flags) {
    if (isSet) bytes[RESERVED_AT + byte] = (bytes[RESERVED_AT + byte] ?? 0) | bit;
  }
  handshake.infohash.copy(bytes, INFOHASH_AT, 0, 20);
  handshake.peerId.copy(bytes, PEER_ID_AT, 0, 20);
  return bytes;
}

/** Whether the bytes may begin a handshake: what an encrypted connection starts with does not (1 in 2^160). */
export function startsHandshake(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PROTOCOL.length);
  return bytes.subarray(0, length).equals(PROTOCOL.subarray(0, length));
}

/** Reads the first 68 bytes of a connection; null when they are no handshake. The result keeps no view of them. */
export function parseHandshake(bytes: Buffer): Handshake | null {
  if (bytes.length < HANDSHAKE_BYTES || !startsHandshake(bytes)) return null;
  const has = ({ byte, bit }: { byte: number; bit: number }): boolean =>
    ((bytes[RESERVED_AT + byte] ?? 0) & bit) !== 0;
  return {
    infohash: Buffer.from(bytes.subarray(INFOHASH_AT, PEER_ID_AT)),
    peerId: Buffer.from(bytes.subarray(PEER_ID_AT, HANDSHAKE_BYTES)),
    hasExtensions: has(EXTENSIONS),
    hasFast: has(FAST),
    hasDht: has(DHT),
    hasV2: has(V2),
  };
}
