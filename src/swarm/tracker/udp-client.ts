import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { errorMessage } from "../../core/index.ts";
import {
  type Announce,
  type AnnounceReply,
  CONNECTION_ID_MS,
  encodeAnnounce,
  encodeConnect,
  encodeScrape,
  MAX_SCRAPED,
  parseConnectReply,
  parseUdpAnnounceReply,
  parseUdpScrapeReply,
  type ScrapeCounts,
  type TrackerResult,
  transactionOf,
} from "../../formats/tracker/index.ts";

export interface UdpClientOptions {
  /** BEP 15: the first wait for an answer; each further one is twice as long. */
  readonly firstWaitMs?: number;
  readonly tries?: number;
}

interface Connection {
  readonly id: bigint;
  readonly untilMs: number;
}

/** Talks to trackers over UDP (BEP 15). A connection id is kept as long as it is good. */
export class UdpTrackers {
  private readonly firstWaitMs: number;
  private readonly tries: number;
  private readonly connections = new Map<string, Connection>();

  constructor({ firstWaitMs = 15_000, tries = 2 }: UdpClientOptions = {}) {
    this.firstWaitMs = firstWaitMs;
    this.tries = tries;
  }

  announce(tracker: string, announce: Announce): Promise<TrackerResult<AnnounceReply>> {
    return this.ask(
      tracker,
      (connection, transaction) => encodeAnnounce(connection, transaction, announce),
      parseUdpAnnounceReply,
    );
  }

  /** Counts in the order of the infohashes; at most `MAX_SCRAPED` of them. */
  scrape(tracker: string, infohashes: readonly Buffer[]): Promise<TrackerResult<readonly ScrapeCounts[]>> {
    const asked = infohashes.slice(0, MAX_SCRAPED);
    return this.ask(
      tracker,
      (connection, transaction) => encodeScrape(connection, transaction, asked),
      (packet) => parseUdpScrapeReply(packet, asked.length),
    );
  }

  private async ask<T>(
    tracker: string,
    encode: (connection: bigint, transaction: number) => Buffer,
    parse: (packet: Buffer, isIpv6: boolean) => TrackerResult<T>,
  ): Promise<TrackerResult<T>> {
    const url = new URL(tracker);
    const port = Number(url.port);
    if (port === 0) return { ok: false, reason: "has no port in its address" };
    try {
      const { address, family } = await lookup(url.hostname.replace(/^\[|\]$/g, ""));
      const place = { address, family, port };
      const connection = await this.connect(place);
      if (!connection.ok) return connection;
      const answer = await this.exchange(place, (transaction) => encode(connection.value, transaction));
      return answer === null ? noAnswer : parse(answer, family === 6);
    } catch (error) {
      return { ok: false, reason: errorMessage(error) };
    }
  }

  private async connect(place: Place): Promise<TrackerResult<bigint>> {
    const key = `${place.address} ${place.port}`;
    const known = this.connections.get(key);
    if (known && known.untilMs > performance.now()) return { ok: true, value: known.id };
    const answer = await this.exchange(place, encodeConnect);
    const parsed = answer === null ? noAnswer : parseConnectReply(answer);
    if (parsed.ok) {
      this.connections.set(key, { id: parsed.value, untilMs: performance.now() + CONNECTION_ID_MS });
    }
    return parsed;
  }

  /** Sends until an answer with the same transaction comes from the same place; null when none does. */
  private exchange(place: Place, encode: (transaction: number) => Buffer): Promise<Buffer | null> {
    const transaction = randomInt(2 ** 32);
    const packet = encode(transaction);
    const socket = createSocket(place.family === 6 ? "udp6" : "udp4");
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (answer: Buffer | null): void => {
        clearTimeout(timer);
        socket.close();
        resolve(answer);
      };
      const send = (attempt: number): void => {
        if (attempt === this.tries) {
          finish(null);
          return;
        }
        socket.send(packet, place.port, place.address, () => {});
        timer = setTimeout(() => send(attempt + 1), this.firstWaitMs * 2 ** attempt);
      };
      socket.on("message", (message, from) => {
        const isOurs = from.port === place.port && transactionOf(message) === transaction;
        if (isOurs) finish(Buffer.from(message));
      });
      socket.on("error", (error) => {
        clearTimeout(timer);
        socket.close();
        reject(error);
      });
      send(0);
    });
  }
}

interface Place {
  readonly address: string;
  readonly family: number;
  readonly port: number;
}

const noAnswer = { ok: false, reason: "does not answer" } as const;
