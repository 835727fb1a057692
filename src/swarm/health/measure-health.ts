import { type Archive, errorMessage, type Reporter, throwIfAborted, UsageError } from "../../core/index.ts";
import type { ScrapeCounts } from "../../formats/tracker/index.ts";
import { isSeeded, listReleases, readStandings } from "../../release/index.ts";
import { type SharedTorrent, SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { KnownPeers } from "../fetch/known-peers.ts";
import { PeerSource } from "../fetch/peer-source.ts";
import { TrackerSearch } from "../fetch/tracker-search.ts";
import { globPattern } from "../glob-pattern.ts";
import type { Encryption, PeerAddress } from "../peer/greet.ts";
import { Trackers } from "../tracker/trackers.ts";
import { challengePeer, challengeV1Peer, chooseLeaves } from "./challenge-peer.ts";
import { appendHealth } from "./health-log.ts";
import { type CopyLimits, colourOf, largestCounts, type ReleaseHealth } from "./release-health.ts";

export interface MeasureHealthOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** A glob over names of releases; all without it. */
  readonly only?: string | undefined;
  /** Peers to ask beside those that trackers name. */
  readonly peers: readonly PeerAddress[];
  readonly encryption: Encryption;
  /** Leaves that a peer has to give of each release. */
  readonly leaves: number;
  /** Most peers that are asked for each release. */
  readonly maxPeers: number;
  readonly limits: CopyLimits;
  readonly trackers?: Trackers;
}

/** Peers that are asked at the same time. */
const AT_ONCE = 8;

/** Counts the copies of each release that are there: claimed to trackers, and proved by challenge. */
export async function measureHealth(options: MeasureHealthOptions): Promise<readonly ReleaseHealth[]> {
  const { archive, reporter, signal, only, limits, trackers = new Trackers() } = options;
  const wanted = only === undefined ? null : globPattern(only);
  const listed = (await listReleases(archive)).releases;
  const standings = await readStandings(archive.layout.releases, listed, new Date());
  const releases = listed.filter(
    ({ name }) => (wanted?.test(name) ?? true) && isSeeded(standings.get(name)?.state ?? "unknown"),
  );
  if (releases.length === 0) {
    throw new UsageError("there is no release to ask about", {
      hint: "see which there are, and which are given out: deadwax release list",
    });
  }
  const shared = torrentsOfReleases(releases);
  const torrents = new SharedTorrents(shared);
  const counts = await scrapeAll(shared, trackers, reporter, signal);
  const progress = reporter.progress("releases", "items", releases.length);
  const healths: ReleaseHealth[] = [];
  try {
    for (const { name, announcement } of releases) {
      throwIfAborted(signal);
      const own = shared.filter(({ release }) => release === name);
      const counted = largestCounts(
        own.flatMap(({ infohashes }) => infohashes.map((hash) => counts.get(hash))),
      );
      const asked = await challengeAll(own, torrents, trackers, options);
      const health: ReleaseHealth = {
        release: name,
        sizeBytes: announcement.sizeBytes,
        seeders: counted?.seeders ?? null,
        leechers: counted?.leechers ?? null,
        challenged: asked.peers,
        effectiveCopies: asked.copies,
        colour: colourOf(asked.copies, limits),
        faults: asked.faults,
      };
      healths.push(health);
      reporter.record({ type: "release-health", ...health });
      progress.advance(1, name);
    }
    await appendHealth(archive, healths, new Date());
    return healths;
  } finally {
    progress.finish();
    await torrents.close();
  }
}

/** The largest that any tracker counts, by infohash. */
async function scrapeAll(
  torrents: readonly SharedTorrent[],
  trackers: Trackers,
  reporter: Reporter,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ScrapeCounts>> {
  const byTracker = new Map<string, string[]>();
  for (const { trackers: urls, infohashes } of torrents) {
    for (const url of urls) byTracker.set(url, [...(byTracker.get(url) ?? []), ...infohashes]);
  }
  const counts = new Map<string, ScrapeCounts>();
  for (const [url, infohashes] of byTracker) {
    const answer = await trackers.scrape(
      url,
      infohashes.map((infohash) => Buffer.from(infohash, "hex")),
      signal,
    );
    if (!answer.ok) reporter.note(`tracker ${url} ${answer.reason}`);
    for (const [infohash, count] of answer.ok ? answer.value : []) {
      if (count.seeders >= (counts.get(infohash)?.seeders ?? 0)) counts.set(infohash, count);
    }
  }
  return counts;
}

/** A peer to challenge, and how: one by the hybrid, or by the v1 torrent. */
interface Challenged {
  readonly address: PeerAddress;
  readonly torrents: readonly SharedTorrent[];
}

/** Each address once: who seeds both torrents of a release has one copy. */
async function challengeAll(
  own: readonly SharedTorrent[],
  torrents: SharedTorrents,
  trackers: Trackers,
  options: MeasureHealthOptions,
): Promise<{ copies: number; peers: number; faults: { peer: string; reason: string }[] }> {
  const byAddress = new Map<string, Challenged>();
  for (const torrent of own) {
    for (const address of await namedPeers(torrent, trackers, options)) {
      const key = `${address.host}:${address.port}`;
      const known = byAddress.get(key)?.torrents ?? [];
      byAddress.set(key, { address, torrents: [...known, torrent] });
    }
  }
  const queue = [...byAddress].slice(0, options.maxPeers);
  const asked = queue.length;
  const faults: { peer: string; reason: string }[] = [];
  let copies = 0;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      throwIfAborted(options.signal);
      const [name, challenged] = next;
      const reason = await faultOf(challenged, torrents, options);
      if (reason === null) copies += 1;
      else faults.push({ peer: name, reason });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { copies, peers: asked, faults };
}

async function namedPeers(
  torrent: SharedTorrent,
  trackers: Trackers,
  { peers: named, signal }: MeasureHealthOptions,
): Promise<readonly PeerAddress[]> {
  const infohashes = torrent.infohashes.map((hash) => Buffer.from(hash, "hex"));
  const peers = new KnownPeers(named);
  const onSilence = (): void => {};
  const urls = torrent.trackers;
  const search = new TrackerSearch({
    client: trackers,
    trackers: urls,
    infohashes,
    peers,
    onSilence,
    signal,
  });
  await search.search();
  await search.close();
  return peers.all;
}

/** Null: it has the release, by one of the torrents under which it was named. */
async function faultOf(
  { address, torrents: named }: Challenged,
  torrents: SharedTorrents,
  { encryption, signal, leaves }: MeasureHealthOptions,
): Promise<string | null> {
  let fault = "";
  for (const torrent of named) {
    try {
      const { content } = await torrents.load(torrent);
      const { infohashV1, infohashV2 } = content.torrent;
      const infohash = (infohashV2 ?? infohashV1 ?? Buffer.alloc(20)).subarray(0, 20);
      const peer = await PeerSource.connect(address, infohash, { encryption, signal });
      const result =
        torrent.kind === "hybrid"
          ? await challengePeer(peer, content.torrent, chooseLeaves(content.torrent, leaves))
          : await challengeV1Peer(peer, content, leaves);
      peer.close();
      if (result.ok) return null;
      fault = result.reason;
    } catch (error) {
      throwIfAborted(signal);
      fault = errorMessage(error);
    }
  }
  return fault;
}
