import { randomInt } from "node:crypto";
import type { AnnouncedPeer } from "../../formats/tracker/index.ts";
import { believablePeers } from "../peer/believable-peers.ts";
import type { Trackers } from "./trackers.ts";

/** A torrent under one of its infohashes, and who should know of it. */
export interface AnnouncedTorrent {
  readonly infohash: Buffer;
  /** In the order to try them: each is a tier of its own (BEP 12). */
  readonly trackers: readonly string[];
  readonly uploadedBytes: () => number;
  /** 0 for one who has everything. */
  readonly leftBytes: () => number;
}

export interface AnnouncerOptions {
  readonly trackers: Trackers;
  readonly peerId: Buffer;
  readonly port: number;
  readonly torrents: readonly AnnouncedTorrent[];
  /** 0 for one who only gives. */
  readonly wantedPeers: number;
  readonly onPeers?: (torrent: AnnouncedTorrent, peers: readonly AnnouncedPeer[]) => void;
  /** The first time that no tracker of a torrent answers, with what the last one said. */
  readonly onSilence?: (torrent: AnnouncedTorrent, reason: string) => void;
}

interface Entry {
  readonly torrent: AnnouncedTorrent;
  dueMs: number;
  /** The tracker that answered last is asked first. */
  tracker: number;
  hasStarted: boolean;
  failures: number;
}

/** Questions in flight: thirty thousand infohashes every half hour are seventeen a second. */
const IN_FLIGHT = 16;
const TICK_MS = 250;
const RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 1_800_000;
/** How long trackers are told at the end that we go. */
const GOODBYE_MS = 3000;

/** Tells trackers what is here, as often as they want to hear it, and that it goes when it goes. */
export class Announcer {
  private readonly options: AnnouncerOptions;
  private readonly key = randomInt(2 ** 32);
  private entries: readonly Entry[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly stopped = new AbortController();
  private inFlight = 0;

  constructor(options: AnnouncerOptions) {
    this.options = options;
    this.entries = entriesOf(options.torrents);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
    this.tick();
  }

  /** From now on these are here; trackers of the others are told that they go. */
  async replace(torrents: readonly AnnouncedTorrent[]): Promise<void> {
    const before = new Map(this.entries.map((entry) => [entry.torrent.infohash.toString("hex"), entry]));
    this.entries = entriesOf(torrents).map((entry) => {
      const infohash = entry.torrent.infohash.toString("hex");
      const known = before.get(infohash);
      before.delete(infohash);
      return known ?? entry;
    });
    await this.sayGoodbye([...before.values()]);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.stopped.abort();
    await this.sayGoodbye(this.entries);
  }

  private async sayGoodbye(entries: readonly Entry[]): Promise<void> {
    const started = entries.filter(({ hasStarted }) => hasStarted);
    const goodbyes = started.map((entry) => this.tell(entry, "stopped", AbortSignal.timeout(GOODBYE_MS)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS);
    });
    await Promise.race([Promise.all(goodbyes), late]);
    clearTimeout(timer);
  }

  private tick(): void {
    const now = performance.now();
    for (const entry of this.entries) {
      if (this.inFlight >= IN_FLIGHT) return;
      if (entry.dueMs > now) continue;
      entry.dueMs = Number.POSITIVE_INFINITY;
      this.inFlight += 1;
      void this.announce(entry).finally(() => {
        this.inFlight -= 1;
      });
    }
  }

  private async announce(entry: Entry): Promise<void> {
    const { onPeers, onSilence } = this.options;
    let reason = "";
    for (let tried = 0; tried < entry.torrent.trackers.length; tried += 1) {
      const answer = await this.tell(entry, entry.hasStarted ? null : "started", this.stopped.signal);
      if (this.stopped.signal.aborted) return;
      if (answer.ok) {
        entry.hasStarted = true;
        entry.failures = 0;
        entry.dueMs = performance.now() + answer.value.intervalSeconds * 1000;
        const tracker = new URL(entry.torrent.trackers[entry.tracker] ?? "").hostname;
        onPeers?.(entry.torrent, believablePeers(tracker, answer.value.peers));
        return;
      }
      reason = `${entry.torrent.trackers[entry.tracker] ?? ""} ${answer.reason}`;
      entry.tracker = (entry.tracker + 1) % entry.torrent.trackers.length;
    }
    if (entry.failures === 0) onSilence?.(entry.torrent, reason);
    entry.dueMs = performance.now() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** entry.failures);
    entry.failures += 1;
  }

  private tell(
    entry: Entry,
    event: "started" | "stopped" | null,
    signal: AbortSignal,
  ): ReturnType<Trackers["announce"]> {
    const { trackers, peerId, port, wantedPeers } = this.options;
    const { torrent } = entry;
    return trackers.announce(
      torrent.trackers[entry.tracker] ?? "",
      {
        infohash: torrent.infohash,
        peerId,
        port,
        uploadedBytes: torrent.uploadedBytes(),
        downloadedBytes: 0,
        leftBytes: torrent.leftBytes(),
        event,
        wantedPeers: event === "stopped" ? 0 : wantedPeers,
        key: this.key,
      },
      signal,
    );
  }
}

function entriesOf(torrents: readonly AnnouncedTorrent[]): readonly Entry[] {
  return torrents
    .filter(({ trackers }) => trackers.length > 0)
    .map((torrent) => ({ torrent, dueMs: 0, tracker: 0, hasStarted: false, failures: 0 }));
}
