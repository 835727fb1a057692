import { randomBytes, randomInt } from "node:crypto";
import type { PeerAddress } from "../peer/greet.ts";
import type { Trackers } from "./trackers.ts";

/** A port where nobody listens: we ask, and nobody is to connect. */
const NO_PORT = 9;
const WANTED_PEERS = 200;

export interface FoundPeer {
  readonly address: PeerAddress;
  /** The infohash (20 bytes) under which it was named. */
  readonly infohash: Buffer;
}

/** Who the trackers say has a torrent, under any of its infohashes, each address once. We say that we come, and that we go. */
export async function findPeers(
  infohashes: readonly Buffer[],
  urls: readonly string[],
  trackers: Trackers,
  signal?: AbortSignal,
): Promise<readonly FoundPeer[]> {
  const peerId = Buffer.concat([Buffer.from("-DW0100-"), randomBytes(12)]);
  const found = new Map<string, FoundPeer>();
  const ask = async (url: string, infohash: Buffer): Promise<void> => {
    const announce = {
      infohash,
      peerId,
      port: NO_PORT,
      uploadedBytes: 0,
      downloadedBytes: 0,
      leftBytes: 1,
      wantedPeers: WANTED_PEERS,
      key: randomInt(2 ** 32),
    };
    const answer = await trackers.announce(url, { ...announce, event: "started" }, signal);
    if (!answer.ok) return;
    for (const address of answer.value.peers) {
      const key = `${address.host} ${address.port}`;
      if (address.port !== NO_PORT && !found.has(key)) found.set(key, { address, infohash });
    }
    await trackers.announce(url, { ...announce, event: "stopped" }, signal);
  };
  await Promise.all(urls.flatMap((url) => infohashes.map((infohash) => ask(url, infohash))));
  return [...found.values()];
}
