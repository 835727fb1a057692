import { MAX_EXCHANGED, type PeerExchange } from "../../formats/peer-wire/index.ts";
import type { PeerAddress } from "./greet.ts";
import { isPrivateHost } from "./private-host.ts";

/** A connected peer that others with the same torrent may be told of. */
export interface ExchangeMember {
  readonly host: string;
  /** Where it takes connections; null when it did not say. */
  readonly port: number | null;
  /** Null for one that does not want to hear of others. */
  readonly tell: ((exchange: PeerExchange) => void) | null;
}

interface Member extends ExchangeMember {
  /** What it was told of and not told to be gone, by `host port`. */
  readonly told: Map<string, PeerAddress>;
}

/**
 * Tells peers of one another (BEP 11): each what is new and what is gone since it was told last, when it comes and at every `tick`
 * after that, at most 50 of each. Nobody hears of itself, and nobody on the internet of an address in a private network.
 */
export class PeerExchanges {
  private readonly swarms = new Map<string, Map<ExchangeMember, Member>>();

  /** `swarm` is one infohash as hex. */
  join(swarm: string, joining: ExchangeMember): void {
    const members = this.swarms.get(swarm) ?? new Map<ExchangeMember, Member>();
    this.swarms.set(swarm, members);
    const member = { ...joining, told: new Map<string, PeerAddress>() };
    members.set(joining, member);
    tellNews(member, addressesOf(members));
  }

  leave(swarm: string, leaving: ExchangeMember): void {
    const members = this.swarms.get(swarm);
    members?.delete(leaving);
    if (members?.size === 0) this.swarms.delete(swarm);
  }

  /** BEP 11: not more often than once a minute. */
  tick(): void {
    for (const members of this.swarms.values()) {
      const here = addressesOf(members);
      for (const member of members.values()) tellNews(member, here);
    }
  }
}

function addressesOf(members: ReadonlyMap<ExchangeMember, Member>): ReadonlyMap<string, PeerAddress> {
  const addresses = new Map<string, PeerAddress>();
  for (const { host, port } of members.values()) {
    if (port !== null) addresses.set(`${host} ${port}`, { host, port });
  }
  return addresses;
}

function tellNews({ host, port, tell, told }: Member, here: ReadonlyMap<string, PeerAddress>): void {
  if (tell === null) return;
  const itself = `${host} ${port}`;
  const isOutside = !isPrivateHost(host);
  const added: PeerAddress[] = [];
  for (const [key, other] of here) {
    if (added.length === MAX_EXCHANGED) break;
    if (key === itself || told.has(key) || (isOutside && isPrivateHost(other.host))) continue;
    told.set(key, other);
    added.push(other);
  }
  const dropped: PeerAddress[] = [];
  for (const [key, other] of told) {
    if (dropped.length === MAX_EXCHANGED) break;
    if (here.has(key)) continue;
    told.delete(key);
    dropped.push(other);
  }
  if (added.length + dropped.length > 0) tell({ added, dropped });
}
