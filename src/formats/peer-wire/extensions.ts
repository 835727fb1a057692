import {
  type BencodeDictionary,
  bencodeMember,
  decodeBencode,
  isBencodeDictionary,
} from "../bencode/decode.ts";
import { type BencodeValue, encodeBencode } from "../bencode/encode.ts";

/** BEP 10: the extended message with this id is the handshake; all other ids are the receiver's. */
export const EXTENSION_HANDSHAKE = 0;
/** BEP 9: metadata goes in pieces of this many bytes. */
export const METADATA_PIECE_BYTES: number = 16 * 1024;
const MAX_EXTENDED_BYTES = 64 * 1024;
const MAX_ITEMS = 2000;
/** Most ids that one extended handshake may name. */
const MAX_EXTENSIONS = 100;

/** What a peer says of itself with extended message 0 (BEP 10). */
export interface ExtensionHandshake {
  /** Names (`ut_metadata`, `ut_pex`) and the ids that the peer wants them under. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Size of the info dictionary (BEP 9), or null. */
  readonly metadataBytes: number | null;
  /** Most requests that the peer keeps, or null. */
  readonly maxRequests: number | null;
  /** TCP port that the peer listens on, or null. */
  readonly port: number | null;
  readonly client: string | null;
  /** BEP 21: it only gives. */
  readonly isUploadOnly: boolean;
}

/** BEP 9. */
export type MetadataMessage =
  | { readonly kind: "request" | "reject"; readonly piece: number }
  | { readonly kind: "data"; readonly piece: number; readonly totalBytes: number; readonly data: Buffer };

const METADATA_TYPE = { request: 0, data: 1, reject: 2 } as const;

export function encodeExtensionHandshake(handshake: ExtensionHandshake): Buffer {
  const members = new Map<string, BencodeValue>([["m", new Map(handshake.extensions)]]);
  if (handshake.client !== null) members.set("v", handshake.client);
  if (handshake.maxRequests !== null) members.set("reqq", handshake.maxRequests);
  if (handshake.metadataBytes !== null) members.set("metadata_size", handshake.metadataBytes);
  if (handshake.port !== null) members.set("p", handshake.port);
  if (handshake.isUploadOnly) members.set("upload_only", 1);
  return encodeBencode(members);
}

/** Null for what is no such handshake. Fields that make no sense are null. */
export function parseExtensionHandshake(payload: Buffer): ExtensionHandshake | null {
  const read = readDictionary(payload);
  if (read === null || read.end !== payload.length) return null;
  const m = bencodeMember(read.dictionary, "m");
  const extensions = new Map<string, number>();
  if (isBencodeDictionary(m)) {
    for (const [name, id] of m) {
      if (typeof id !== "bigint" || id < 1n || id > 255n || extensions.size === MAX_EXTENSIONS) continue;
      extensions.set(name.toString("latin1"), Number(id));
    }
  }
  const client = bencodeMember(read.dictionary, "v");
  return {
    extensions,
    metadataBytes: numberIn(read.dictionary, "metadata_size", 1, 2 ** 31),
    maxRequests: numberIn(read.dictionary, "reqq", 1, 100_000),
    port: numberIn(read.dictionary, "p", 1, 65_535),
    client: Buffer.isBuffer(client) ? client.toString("utf8").slice(0, 100) : null,
    isUploadOnly: bencodeMember(read.dictionary, "upload_only") === 1n,
  };
}

export function encodeMetadataMessage(message: MetadataMessage): Buffer {
  const members = new Map<string, BencodeValue>([
    ["msg_type", METADATA_TYPE[message.kind]],
    ["piece", message.piece],
  ]);
  if (message.kind !== "data") return encodeBencode(members);
  members.set("total_size", message.totalBytes);
  return Buffer.concat([encodeBencode(members), message.data]);
}

/** Null for what is no such message, or of a type that is not known. */
export function parseMetadataMessage(payload: Buffer): MetadataMessage | null {
  const read = readDictionary(payload);
  if (read === null) return null;
  const piece = numberIn(read.dictionary, "piece", 0, 2 ** 31);
  const type = numberIn(read.dictionary, "msg_type", 0, 2);
  if (piece === null || type === null) return null;
  if (type === METADATA_TYPE.request) return { kind: "request", piece };
  if (type === METADATA_TYPE.reject) return { kind: "reject", piece };
  const totalBytes = numberIn(read.dictionary, "total_size", 1, 2 ** 31);
  if (totalBytes === null) return null;
  return { kind: "data", piece, totalBytes, data: payload.subarray(read.end) };
}

/** The dictionary at the start; strangers sort its keys as they like, and BEP 9 lets bytes follow it. */
function readDictionary(payload: Buffer): { dictionary: BencodeDictionary; end: number } | null {
  const decoded = decodeBencode(payload, {
    maxBytes: MAX_EXTENDED_BYTES,
    maxItems: MAX_ITEMS,
    keysInAnyOrder: true,
    bytesMayFollow: true,
  });
  if (!decoded.ok || !isBencodeDictionary(decoded.value)) return null;
  return { dictionary: decoded.value, end: decoded.endBytes };
}

function numberIn(dictionary: BencodeDictionary, key: string, least: number, most: number): number | null {
  const value = bencodeMember(dictionary, key);
  if (typeof value !== "bigint" || value < BigInt(least) || value > BigInt(most)) return null;
  return Number(value);
}
