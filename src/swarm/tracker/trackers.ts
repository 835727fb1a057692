import { errorMessage } from "../../core/index.ts";
import {
  type Announce,
  type AnnounceReply,
  announceUrl,
  MAX_SCRAPED,
  MAX_TRACKER_REPLY_BYTES,
  parseAnnounceReply,
  parseScrapeReply,
  type ScrapeCounts,
  scrapeUrl,
  type TrackerResult,
} from "../../formats/tracker/index.ts";
import { fetchBytes } from "../fetch/web-source.ts";
import { type UdpClientOptions, UdpTrackers } from "./udp-client.ts";

/** So many infohashes fit every server's idea of a URL. */
const MAX_HTTP_SCRAPED = 40;

/** Announces to and scrapes trackers, by `http:`, `https:` or `udp:`. Every failure is a value with its reason. */
export class Trackers {
  private readonly udp: UdpTrackers;

  constructor(options: UdpClientOptions = {}) {
    this.udp = new UdpTrackers(options);
  }

  async announce(
    tracker: string,
    announce: Announce,
    signal?: AbortSignal,
  ): Promise<TrackerResult<AnnounceReply>> {
    const scheme = schemeOf(tracker);
    if (scheme === "udp:") return await this.udp.announce(tracker, announce);
    if (scheme === null) return unknownScheme;
    return await asked(announceUrl(tracker, announce), parseAnnounceReply, signal);
  }

  /** What the tracker counts, by the hex of the infohash (20 bytes); torrents that it does not know are missing. */
  async scrape(
    tracker: string,
    infohashes: readonly Buffer[],
    signal?: AbortSignal,
  ): Promise<TrackerResult<ReadonlyMap<string, ScrapeCounts>>> {
    const scheme = schemeOf(tracker);
    if (scheme === null) return unknownScheme;
    const counts = new Map<string, ScrapeCounts>();
    const most = scheme === "udp:" ? MAX_SCRAPED : MAX_HTTP_SCRAPED;
    for (let first = 0; first < infohashes.length; first += most) {
      const some = infohashes.slice(first, first + most);
      const answer =
        scheme === "udp:" ? await this.scrapeUdp(tracker, some) : await scrapeHttp(tracker, some, signal);
      if (!answer.ok) return answer;
      for (const [infohash, count] of answer.value) counts.set(infohash, count);
    }
    return { ok: true, value: counts };
  }

  private async scrapeUdp(
    tracker: string,
    infohashes: readonly Buffer[],
  ): Promise<TrackerResult<ReadonlyMap<string, ScrapeCounts>>> {
    const answer = await this.udp.scrape(tracker, infohashes);
    if (!answer.ok) return answer;
    const pairs = answer.value.map(
      (count, index) => [infohashes[index]?.toString("hex") ?? "", count] as const,
    );
    return { ok: true, value: new Map(pairs) };
  }
}

async function scrapeHttp(
  tracker: string,
  infohashes: readonly Buffer[],
  signal: AbortSignal | undefined,
): Promise<TrackerResult<ReadonlyMap<string, ScrapeCounts>>> {
  const url = scrapeUrl(tracker, infohashes);
  if (url === null) return { ok: false, reason: "has no scrape address (BEP 48)" };
  return await asked(url, parseScrapeReply, signal);
}

async function asked<T>(
  url: string,
  parse: (bytes: Buffer) => TrackerResult<T>,
  signal: AbortSignal | undefined,
): Promise<TrackerResult<T>> {
  try {
    return parse(await fetchBytes(url, null, MAX_TRACKER_REPLY_BYTES, signal));
  } catch (error) {
    return { ok: false, reason: errorMessage(error) };
  }
}

const unknownScheme = { ok: false, reason: "is neither http, https nor udp" } as const;

function schemeOf(tracker: string): "http:" | "udp:" | null {
  if (!URL.canParse(tracker)) return null;
  const { protocol } = new URL(tracker);
  if (protocol === "udp:") return "udp:";
  return protocol === "http:" || protocol === "https:" ? "http:" : null;
}
