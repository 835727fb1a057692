import { randomBytes, randomInt } from "node:crypto";
import type { Trackers } from "../tracker/trackers.ts";
import type { KnownPeers } from "./known-peers.ts";

export interface TrackerSearchOptions {
  readonly client: Trackers;
  readonly trackers: readonly string[];
  /** 20 bytes each. */
  readonly infohashes: readonly Buffer[];
  readonly peers: KnownPeers;
  /** What is told of a tracker that gives no answer. */
  readonly onSilence: (reason: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Trackers that are asked, of those that a torrent or a magnet link names. */
const MAX_TRACKERS = 8;
const WANTED_PEERS = 50;
const GOODBYE_MS = 2000;

interface Asked {
  readonly tracker: string;
  readonly infohash: Buffer;
  dueMs: number;
  hasStarted: boolean;
}

/**
 * Asks trackers who has a torrent (BEP 3, 15), each not more often than it wants. We take no connections, and say so by port 0: nobody
 * is sent to us.
 */
export class TrackerSearch {
  private readonly options: TrackerSearchOptions;
  private readonly peerId = Buffer.concat([Buffer.from("-DW0100-"), randomBytes(12)]);
  private readonly key = randomInt(2 ** 32);
  private readonly asked: readonly Asked[];

  constructor(options: TrackerSearchOptions) {
    this.options = options;
    this.asked = options.trackers
      .slice(0, MAX_TRACKERS)
      .flatMap((tracker) =>
        options.infohashes.map((infohash) => ({ tracker, infohash, dueMs: 0, hasStarted: false })),
      );
  }

  /** Resolves when all that are due have answered or not; what they name is learned on the way. */
  async search(): Promise<void> {
    const due = this.asked.filter(({ dueMs }) => dueMs <= performance.now());
    await Promise.all(due.map((asked) => this.ask(asked)));
  }

  /** Tells those that know of us that we go. */
  async close(): Promise<void> {
    const started = this.asked.filter(({ hasStarted }) => hasStarted);
    const signal = AbortSignal.timeout(GOODBYE_MS);
    const goodbyes = started.map((asked) => this.tell(asked, "stopped", signal));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS);
    });
    await Promise.race([Promise.all(goodbyes), late]);
    clearTimeout(timer);
  }

  private async ask(asked: Asked): Promise<void> {
    const { peers, onSilence, signal } = this.options;
    asked.dueMs = Number.POSITIVE_INFINITY;
    const answer = await this.tell(asked, asked.hasStarted ? null : "started", signal);
    if (!answer.ok) {
      if (!signal?.aborted) onSilence(`tracker ${asked.tracker} ${answer.reason}`);
      return;
    }
    asked.hasStarted = true;
    asked.dueMs = performance.now() + answer.value.intervalSeconds * 1000;
    peers.learn(new URL(asked.tracker).hostname, answer.value.peers, asked.infohash);
  }

  private tell(
    { tracker, infohash }: Asked,
    event: "started" | "stopped" | null,
    signal: AbortSignal | undefined,
  ): ReturnType<Trackers["announce"]> {
    const { client } = this.options;
    const { peerId, key } = this;
    const counts = { uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 };
    const wantedPeers = event === "stopped" ? 0 : WANTED_PEERS;
    return client.announce(
      tracker,
      { infohash, peerId, port: 0, ...counts, event, wantedPeers, key },
      signal,
    );
  }
}
