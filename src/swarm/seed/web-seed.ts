import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { errorMessage, FailedError, systemErrorCode } from "../../core/index.ts";
import { announcementFileName, FEED_FILE, parseStateFileName } from "../../release/index.ts";
import { openRegularFile, readRegularFile } from "../../release/read-regular-file.ts";
import type { SharedTorrent, SharedTorrents } from "../content/shared-torrents.ts";
import { MAX_FEED_BYTES, RSS_FILE } from "../feed/feed-document.ts";
import { parseRange } from "./parse-range.ts";
import type { UploadLimits } from "./upload-limits.ts";

const CHUNK_BYTES = 256 * 1024;
const MAX_URL_CHARACTERS = 8192;
/** Longest that a request may take to come in, and that a reader may take none of what was sent. */
const REQUEST_MS = 15_000;
const STALLED_MS = 60_000;

interface Found {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface WebSeedOptions {
  readonly torrents: SharedTorrents;
  readonly host?: string | undefined;
  /** Where the feed lies, and what is said of releases. */
  readonly folder: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly limits: UploadLimits;
  readonly onUploaded: (torrent: SharedTorrent, bytes: number) => void;
}

/**
 * Serves the files of releases over HTTP, whole or by range: a web seed (BEP 19) for `http://HOST:PORT/`, with the torrents and
 * announcements beside them. Nothing but what a torrent or an announcement names has an address.
 */
export class WebSeed {
  private readonly options: WebSeedOptions;
  private readonly server: Server;

  constructor(options: WebSeedOptions) {
    this.options = options;
    const limits = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: 16_384 };
    this.server = createServer({ ...limits, keepAliveTimeout: REQUEST_MS }, (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.maxConnections = options.maxConnections;
    this.server.setTimeout(STALLED_MS, (socket) => socket.destroy());
  }

  /** Resolves with the port. Throws `FailedError` when it cannot be had. */
  async listen(): Promise<number> {
    const { host, port } = this.options;
    this.server.listen({ host, port });
    try {
      await once(this.server, "listening");
    } catch (error) {
      throw new FailedError(
        `cannot listen on ${host ?? "any address"}, port ${port}: ${systemErrorCode(error) ?? errorMessage(error)}`,
        { cause: error, hint: "choose another one: --http-port, --host" },
      );
    }
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const names = pathNames(request.url ?? "");
    const beside = names?.length === 1 && (await this.besideReleases(names[0] ?? ""));
    if (beside) {
      // Made anew now and then: nobody is to keep it for long.
      const head = { "Cache-Control": "no-cache", "Content-Length": beside.bytes.length };
      response.writeHead(200, { ...head, "Content-Type": beside.type });
      response.end(request.method === "GET" ? beside.bytes : undefined);
      return;
    }
    const torrents = this.options.torrents.ofRelease(releaseOf(names?.[0] ?? ""));
    const [torrent] = torrents;
    const found = names && torrent ? await this.find(names, torrents) : null;
    if (found === null || torrent === undefined) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not here\n");
      return;
    }
    const range = parseRange(request.headers.range, found.sizeBytes);
    if (range.kind === "outside") {
      response.writeHead(416, { "Content-Range": `bytes */${found.sizeBytes}` }).end();
      return;
    }
    const { start, end } = range.kind === "part" ? range : { start: 0, end: found.sizeBytes };
    response.writeHead(range.kind === "part" ? 206 : 200, {
      "Accept-Ranges": "bytes",
      "Content-Length": end - start,
      "Content-Type": "application/octet-stream",
      ...(range.kind === "part" ? { "Content-Range": `bytes ${start}-${end - 1}/${found.sizeBytes}` } : {}),
    });
    if (request.method === "GET") await this.send(response, found, start, end, torrent);
    response.end();
  }

  /** The feed, and what is said of releases; null for any other name. */
  private async besideReleases(
    name: string,
  ): Promise<{ readonly bytes: Buffer; readonly type: string } | null> {
    const type = name === RSS_FILE ? "application/rss+xml" : "application/json";
    const isOne = name === FEED_FILE || name === RSS_FILE || parseStateFileName(name) !== null;
    const file = isOne ? await readRegularFile(join(this.options.folder, name), MAX_FEED_BYTES) : null;
    return file?.ok ? { bytes: file.bytes, type } : null;
  }

  private async send(
    response: ServerResponse,
    { path, sizeBytes }: Found,
    start: number,
    end: number,
    torrent: SharedTorrent,
  ): Promise<void> {
    const { torrents, limits, onUploaded } = this.options;
    for (let position = start; position < end && !response.destroyed; ) {
      const wanted = Math.min(CHUNK_BYTES, end - position);
      for (const limit of limits.of(torrent.release)) await limit.take(wanted);
      const buffer = Buffer.allocUnsafeSlow(wanted);
      const { bytesRead } = await torrents.openFiles.with(path, sizeBytes, (file) =>
        file.read(buffer, 0, wanted, position),
      );
      if (bytesRead === 0) throw new FailedError(`"${path}" is shorter than it was`);
      position += bytesRead;
      onUploaded(torrent, bytesRead);
      if (!response.write(buffer.subarray(0, bytesRead))) await drained(response);
    }
  }

  private async find(names: readonly string[], torrents: readonly SharedTorrent[]): Promise<Found | null> {
    const [first = ""] = names;
    if (names.length === 1) {
      for (const { release, folder, torrentFile } of torrents) {
        for (const path of [torrentFile, join(folder, announcementFileName(release))]) {
          if (path === join(folder, first)) return await plainFile(path);
        }
      }
      return null;
    }
    const wanted = names.slice(1).join("/");
    for (const torrent of torrents) {
      const { content } = await this.options.torrents.load(torrent);
      const index = content.torrent.files.findIndex(({ path, isPad }) => !isPad && path.join("/") === wanted);
      const file = content.torrent.files[index];
      if (file) return { path: content.pathOf(index), sizeBytes: file.sizeBytes };
    }
    return null;
  }
}

/** The names of a URL's path; null for one that cannot be meant. */
function pathNames(url: string): readonly string[] | null {
  if (url.length > MAX_URL_CHARACTERS || !url.startsWith("/")) return null;
  try {
    return (url.split(/[?#]/)[0] ?? "").slice(1).split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** `music-1`, `music-1.torrent`, `music-1.v1.torrent` and `music-1.json` are all of `music-1`. */
function releaseOf(name: string): string {
  return name.replace(/(\.v1)?\.torrent$|\.json$/, "");
}

async function plainFile(path: string): Promise<Found | null> {
  const opened = await openRegularFile(path);
  if (!opened.ok) return null;
  await opened.file.close();
  return { path, sizeBytes: opened.sizeBytes };
}

async function drained(response: ServerResponse): Promise<void> {
  await Promise.race([once(response, "drain"), once(response, "close")]);
}
