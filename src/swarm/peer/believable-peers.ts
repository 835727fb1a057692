import { encodeCompactPeer } from "../../formats/tracker/index.ts";
import type { PeerAddress } from "./greet.ts";
import { isPrivateHost } from "./private-host.ts";

/**
 * The peers, of those that a stranger names, that may be connected to: addresses and no names, and none in a private network
 * unless the stranger, whose host is `from`, is in one itself. Otherwise anybody could have us knock on this machine's doors.
 */
export function believablePeers(from: string, peers: readonly PeerAddress[]): readonly PeerAddress[] {
  const isInside = isPrivateHost(from);
  return peers.filter((peer) => encodeCompactPeer(peer) !== null && (isInside || !isPrivateHost(peer.host)));
}
