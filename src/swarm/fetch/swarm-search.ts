import { setMaxListeners } from "node:events";
import { errorMessage, FailedError, type Reporter } from "../../core/index.ts";
import type { Dht } from "../dht/dht.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import type { Trackers } from "../tracker/trackers.ts";
import { type KnownPeer, KnownPeers } from "./known-peers.ts";
import { PeerSource } from "./peer-source.ts";
import { type Source, Sources } from "./sources.ts";
import { TrackerSearch } from "./tracker-search.ts";

/** How peers are found and spoken with. */
export interface SwarmOptions {
  /** Named by hand. */
  readonly peers: readonly PeerAddress[];
  /** Asks the trackers that the torrent names; null: they are not asked. */
  readonly trackers: Trackers | null;
  /** Asked for peers too, but for private torrents; null or left out: not. */
  readonly dht?: Dht | null | undefined;
  readonly encryption?: Encryption | undefined;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** What is looked for. */
export interface SearchedTorrent {
  /** 20 bytes, and 20 of the v2 one: one of them at least. */
  readonly infohashV1: Buffer | null;
  readonly infohashV2: Buffer | null;
  readonly trackers: readonly string[];
  /** BEP 27: peers come from its trackers alone. */
  readonly isPrivate: boolean;
}

/** Connections that are being opened at the same time, and sources that are enough. */
const CONNECTING_AT_ONCE = 30;
const MAX_SOURCES = 50;
/** When a connection that broke off is opened again, and how often when so little came over it. */
const CALL_AGAIN_MS = 500;
const MAX_FRUITLESS = 2;
const FRUITLESS_BYTES = 65_536;

/** Finds and connects to those who have one torrent: peers named by hand, by its trackers, and by other peers. */
export class SwarmSearch {
  private readonly options: SwarmOptions;
  private readonly searched: SearchedTorrent;
  private readonly peers: KnownPeers;
  private readonly trackers: TrackerSearch | null;

  constructor(options: SwarmOptions, searched: SearchedTorrent) {
    this.options = options;
    this.searched = searched;
    this.peers = new KnownPeers(options.peers);
    const { trackers: client, reporter, signal } = options;
    const { trackers, infohashV1, infohashV2 } = searched;
    const infohashes = [infohashV2, infohashV1].flatMap((infohash) => infohash ?? []);
    const { peers } = this;
    const onSilence = (reason: string): void => reporter.note(reason);
    this.trackers = client && new TrackerSearch({ client, trackers, infohashes, peers, onSilence, signal });
  }

  /** Connects to everybody who may have it, beside `first`; those who come later are among the sources as soon as they are there. */
  openSources<S extends Source>(first: readonly S[], adapt: (peer: PeerSource) => S): Sources<S> {
    const sources = new Sources<S>(first);
    this.addTo(sources, adapt);
    return sources;
  }

  /** Connects to everybody who may have it and adds them, among those of another torrent of the same bytes, say. */
  addTo<S extends Source>(sources: Sources<S>, adapt: (peer: PeerSource) => S): void {
    const stop = new AbortController();
    sources.whenClosed(() => stop.abort());
    let open: readonly PeerSource[] = [];
    const use = (peer: PeerSource): Promise<void> => {
      open = open.filter(({ isOpen }) => isOpen);
      if (open.length < MAX_SOURCES) {
        open = [...open, peer];
        sources.add(adapt(peer));
      } else peer.close();
      return Promise.resolve();
    };
    this.meetEveryone(use, sources, stop.signal);
  }

  /** The info dictionary (BEP 9) that `isRight` takes, from whoever gives it first. Throws `FailedError`. */
  async metadata(isRight: (info: Buffer) => boolean): Promise<Buffer> {
    const stop = new AbortController();
    const reasons: string[] = [];
    let found: Buffer | null = null;
    const use = async (peer: PeerSource): Promise<void> => {
      try {
        const info = await peer.metadata();
        if (isRight(info)) found ??= info;
        else reasons.push(`peer ${peer.name} sends another info dictionary`);
      } catch (error) {
        reasons.push(errorMessage(error));
      } finally {
        peer.close();
      }
    };
    const searches = new Sources<Source>();
    this.meetEveryone(use, searches, stop.signal, (reason) => reasons.push(reason));
    while (found === null && searches.isSearching && !this.options.signal?.aborted) await searches.changed();
    stop.abort();
    if (found !== null) return found;
    const said = reasons.join("; ") || "no peer is known";
    throw new FailedError(`nobody gives the metadata of the magnet link: ${said}`, {
      hint: "name a peer that has it: --peer HOST:PORT",
    });
  }

  /** Tells trackers that we go. */
  async close(): Promise<void> {
    await this.trackers?.close();
  }

  /** Runs `use` with each peer that answers, until `stop`; what may bring more is a search of `searches`. */
  private meetEveryone(
    use: (peer: PeerSource) => Promise<void>,
    searches: Pick<Sources<Source>, "search">,
    stop: AbortSignal,
    onSilence: (reason: string) => void = (reason) => this.options.reporter.note(reason),
  ): void {
    setMaxListeners(0, stop);
    const waiting: KnownPeer[] = [...this.peers.all];
    const fruitless = new Map<KnownPeer, number>();
    let connecting = 0;
    const meet = async (peer: KnownPeer): Promise<void> => {
      try {
        await use(await this.connect(peer, stop, (lost) => searches.search(meetAgain(peer, lost))));
      } catch (error) {
        if (!stop.aborted) onSilence(errorMessage(error));
      }
      connecting -= 1;
      meetNext();
    };
    // A line that breaks off is called again, a peer that gives nothing on it a few times only.
    const meetAgain = async (peer: KnownPeer, { receivedBytes }: PeerSource): Promise<void> => {
      const tries = receivedBytes > FRUITLESS_BYTES ? 0 : (fruitless.get(peer) ?? 0) + 1;
      fruitless.set(peer, tries);
      if (tries > MAX_FRUITLESS) return;
      await new Promise((resolve) => setTimeout(resolve, CALL_AGAIN_MS * 2 ** tries));
      waiting.push(peer);
      meetNext();
    };
    const meetNext = (): void => {
      while (connecting < CONNECTING_AT_ONCE && !stop.aborted) {
        const peer = waiting.shift();
        if (peer === undefined) return;
        connecting += 1;
        searches.search(meet(peer));
      }
    };
    const forget = this.peers.onLearned((peer) => {
      waiting.push(peer);
      meetNext();
    });
    stop.addEventListener("abort", forget, { once: true });
    if (this.trackers) searches.search(this.trackers.search());
    if (this.options.dht) searches.search(this.askDht(this.options.dht, stop));
    meetNext();
  }

  private async askDht(dht: Dht, stop: AbortSignal): Promise<void> {
    const { infohashV1, infohashV2, isPrivate } = this.searched;
    if (isPrivate) return;
    const infohashes = [infohashV2, infohashV1].flatMap((infohash) => infohash ?? []);
    await Promise.all(
      infohashes.map((infohash) =>
        // The DHT has left out already what is not to be believed.
        dht.lookup(infohash, (peers) => this.peers.learn(peers[0]?.host ?? "", peers, infohash), stop),
      ),
    );
  }

  private connect(
    peer: KnownPeer,
    stop: AbortSignal,
    onLost: (lost: PeerSource) => void,
  ): Promise<PeerSource> {
    const { encryption, signal } = this.options;
    const { infohashV1, infohashV2, isPrivate } = this.searched;
    const infohash = peer.infohash ?? infohashV2 ?? infohashV1 ?? Buffer.alloc(20);
    const learn = (named: readonly PeerAddress[]): void => this.peers.learn(peer.host, named, infohash);
    return PeerSource.connect(peer, infohash, {
      encryption,
      infohashV2,
      onLost: (lost) => {
        if (!stop.aborted) onLost(lost);
      },
      onPeers: isPrivate ? undefined : learn,
      signal: signal ? AbortSignal.any([signal, stop]) : stop,
    });
  }
}
