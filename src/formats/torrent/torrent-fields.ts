import {
  type BencodeDictionary,
  type BencodeItem,
  bencodeMember,
  isBencodeDictionary,
  isBencodeList,
} from "../bencode/decode.ts";

/** What is wrong with a torrent; the parser turns it into `{ ok: false, reason }`. */
export class TorrentFault extends Error {}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function requireDictionary(item: BencodeItem | undefined, what: string): BencodeDictionary {
  if (!isBencodeDictionary(item)) throw new TorrentFault(`${what} is not a dictionary`);
  return item;
}

export function requireList(item: BencodeItem | undefined, what: string): readonly BencodeItem[] {
  if (!isBencodeList(item)) throw new TorrentFault(`${what} is not a list`);
  return item;
}

export function requireBytes(item: BencodeItem | undefined, what: string): Buffer {
  if (!Buffer.isBuffer(item)) throw new TorrentFault(`${what} is not a string`);
  return item;
}

export function requireText(item: BencodeItem | undefined, what: string): string {
  try {
    return UTF8.decode(requireBytes(item, what));
  } catch (error) {
    if (error instanceof TorrentFault) throw error;
    throw new TorrentFault(`${what} is not UTF-8`);
  }
}

/** An integer of 0 to 2^53 - 1. */
export function requireCount(item: BencodeItem | undefined, what: string): number {
  if (typeof item !== "bigint") throw new TorrentFault(`${what} is not an integer`);
  if (item < 0n || item > BigInt(Number.MAX_SAFE_INTEGER)) throw new TorrentFault(`${what} is out of bounds`);
  return Number(item);
}

/** Hostile text as a reason may show it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

/**
 * Text under `key`. A client of old may read `key.utf-8` in its place: when both stand, they must say the same, or two
 * clients would see two torrents.
 */
export function requireSameText(dictionary: BencodeDictionary, key: string): string {
  const text = requireText(bencodeMember(dictionary, key), key);
  const other = bencodeMember(dictionary, `${key}.utf-8`);
  if (other !== undefined && requireText(other, `${key}.utf-8`) !== text) {
    throw new TorrentFault(`${key} and ${key}.utf-8 differ`);
  }
  return text;
}
