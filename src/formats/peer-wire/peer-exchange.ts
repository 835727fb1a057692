import { bencodeMember, decodeBencode, isBencodeDictionary } from "../bencode/decode.ts";
import { encodeBencode } from "../bencode/encode.ts";
import { type AnnouncedPeer, encodeCompactPeer, parseCompactPeers } from "../tracker/index.ts";

/** BEP 11: what a peer has heard of others with the same torrent since its last message. */
export interface PeerExchange {
  readonly added: readonly AnnouncedPeer[];
  readonly dropped: readonly AnnouncedPeer[];
}

/** BEP 11: most peers of each kind in one message. */
export const MAX_EXCHANGED = 50;
const MAX_EXCHANGE_BYTES = 16 * 1024;
const MAX_ITEMS = 40;

/** Writes the payload of `ut_pex`; peers whose host is no address are left out. No flag is set (BEP 11 `added.f`). */
export function encodePeerExchange({ added, dropped }: PeerExchange): Buffer {
  const [added4, added6] = compact(added);
  const [dropped4, dropped6] = compact(dropped);
  return encodeBencode(
    new Map([
      ["added", Buffer.concat(added4)],
      ["added.f", Buffer.alloc(added4.length)],
      ["added6", Buffer.concat(added6)],
      ["added6.f", Buffer.alloc(added6.length)],
      ["dropped", Buffer.concat(dropped4)],
      ["dropped6", Buffer.concat(dropped6)],
    ]),
  );
}

/** Reads the payload of `ut_pex`: at most `MAX_EXCHANGED` peers of each kind and family. Null for what is none. */
export function parsePeerExchange(payload: Buffer): PeerExchange | null {
  const decoded = decodeBencode(payload, {
    maxBytes: MAX_EXCHANGE_BYTES,
    maxItems: MAX_ITEMS,
    keysInAnyOrder: true,
  });
  if (!decoded.ok || !isBencodeDictionary(decoded.value)) return null;
  const dictionary = decoded.value;
  const peers = (name: string, addressBytes: 4 | 16): readonly AnnouncedPeer[] => {
    const bytes = bencodeMember(dictionary, name);
    return Buffer.isBuffer(bytes) ? parseCompactPeers(bytes, addressBytes).slice(0, MAX_EXCHANGED) : [];
  };
  return {
    added: [...peers("added", 4), ...peers("added6", 16)],
    dropped: [...peers("dropped", 4), ...peers("dropped6", 16)],
  };
}

/** IPv4 and IPv6 apart. */
function compact(peers: readonly AnnouncedPeer[]): readonly [Buffer[], Buffer[]] {
  const encoded = peers.slice(0, MAX_EXCHANGED).flatMap((peer) => encodeCompactPeer(peer) ?? []);
  return [encoded.filter(({ length }) => length === 6), encoded.filter(({ length }) => length === 18)];
}
