import { type Archive, type Reporter, UsageError } from "../core/index.ts";
import { listReleases } from "../release/index.ts";
import { type SharedTorrent, SharedTorrents, torrentsOfReleases } from "./content/shared-torrents.ts";
import { globPattern } from "./glob-pattern.ts";
import type { Encryption } from "./peer/greet.ts";
import { RateLimit } from "./seed/rate-limit.ts";
import { SeedServer } from "./seed/seed-server.ts";
import { WebSeed } from "./seed/web-seed.ts";
import { type AnnouncedTorrent, Announcer } from "./tracker/announcer.ts";
import { Trackers } from "./tracker/trackers.ts";

export interface SeedReleasesOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** A glob over names of releases; all without it. */
  readonly only?: string | undefined;
  /** Address to listen on; all of the machine without it. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Whether the trackers that the torrents name are told. */
  readonly announce: boolean;
  /** Null: no web seed. */
  readonly httpPort: number | null;
  readonly encryption: Encryption;
  readonly upBytesPerSecond: number | null;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly uploadSlots: number;
}

export interface SeedSummary {
  readonly releases: number;
  readonly torrents: number;
  readonly sizeBytes: number;
  readonly port: number;
  readonly httpPort: number | null;
  readonly uploadedBytes: number;
  readonly uploadedByRelease: Readonly<Record<string, number>>;
}

const TICK_MS = 1000;
/** Peers that a tracker should name: we connect to those that cannot connect to us. */
const WANTED_PEERS = 30;

/** Seeds the releases of an archive until the signal fires. Nothing that is sealed is hashed first. */
export async function seedReleases(options: SeedReleasesOptions): Promise<SeedSummary> {
  const { archive, reporter, signal, only, host, httpPort, maxConnections } = options;
  const listing = await listReleases(archive);
  for (const { name, reason } of listing.broken) reporter.warn(`release "${name}" is not seeded: ${reason}`);
  const wanted = only === undefined ? null : globPattern(only);
  const releases = listing.releases.filter(({ name }) => wanted?.test(name) ?? true);
  if (releases.length === 0) {
    throw new UsageError(only === undefined ? "there is no release to seed" : `no release fits "${only}"`, {
      hint:
        only === undefined ? "make one: deadwax release create" : "see which there are: deadwax release list",
    });
  }
  const shared = torrentsOfReleases(releases);
  const torrents = new SharedTorrents(shared);
  const uploaded = new Map<string, number>();
  let uploadedBytes = 0;
  const progress = reporter.progress("uploaded", "bytes");
  const count = (release: string, bytes: number): void => {
    uploadedBytes += bytes;
    uploaded.set(release, (uploaded.get(release) ?? 0) + bytes);
  };
  const rateLimit = new RateLimit(options.upBytesPerSecond);
  const server = new SeedServer({
    ...options,
    torrents,
    rateLimit,
    onUploaded: ({ release }, bytes) => count(release, bytes),
    onFault: ({ release, peer, reason }) => reporter.note(`${peer} (${release}): ${reason}`),
  });
  const web = new WebSeed({
    torrents,
    host,
    port: httpPort ?? 0,
    maxConnections,
    rateLimits: [rateLimit],
    onUploaded: ({ release }, bytes) => count(release, bytes),
  });
  try {
    const port = await server.listen();
    const listeningHttp = httpPort === null ? null : await web.listen();
    const sizeBytes = releases.reduce((sum, { announcement }) => sum + announcement.sizeBytes, 0);
    const summary = {
      releases: releases.length,
      torrents: shared.length,
      sizeBytes,
      port,
      httpPort: listeningHttp,
    };
    reporter.record({ type: "seeding", host: host ?? null, ...summary });
    reporter.note(
      `seeding ${releases.length === 1 ? "one release" : `${releases.length} releases`} on port ${port}${
        listeningHttp === null ? "" : `, over HTTP on port ${listeningHttp}`
      }; Ctrl-C ends it`,
    );
    const announcer = new Announcer({
      trackers: new Trackers(),
      peerId: server.peerId,
      port,
      torrents: options.announce ? announcedTorrents(shared, uploaded) : [],
      wantedPeers: WANTED_PEERS,
      onPeers: ({ infohash }, peers) => {
        const torrent = torrents.find(infohash);
        for (const peer of peers) if (torrent) void server.connectTo(torrent, infohash, peer);
      },
      onSilence: (_torrent, reason) => reporter.note(`tracker ${reason}`),
    });
    let shown = 0;
    await untilAborted(signal, () => {
      progress.advance(uploadedBytes - shown, `${server.connections} peers`);
      shown = uploadedBytes;
    });
    await announcer.close();
    return { ...summary, uploadedBytes, uploadedByRelease: Object.fromEntries(uploaded) };
  } finally {
    progress.finish();
    rateLimit.close();
    await server.close();
    if (httpPort !== null) await web.close();
    await torrents.close();
  }
}

function announcedTorrents(
  torrents: readonly SharedTorrent[],
  uploaded: ReadonlyMap<string, number>,
): readonly AnnouncedTorrent[] {
  return torrents.flatMap(({ release, infohashes, trackers }) =>
    infohashes.map((infohash) => ({
      infohash: Buffer.from(infohash, "hex"),
      trackers,
      uploadedBytes: () => uploaded.get(release) ?? 0,
      leftBytes: () => 0,
    })),
  );
}

function untilAborted(signal: AbortSignal, tick: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(tick, TICK_MS);
    const end = (): void => {
      clearInterval(timer);
      tick();
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
