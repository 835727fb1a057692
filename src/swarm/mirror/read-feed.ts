import { dirname, join } from "node:path";
import { FailedError, IntegrityError } from "../../core/index.ts";
import { readRegularFile } from "../../release/read-regular-file.ts";
import { type Feed, MAX_FEED_BYTES, openFeed } from "../feed/feed-document.ts";
import { fetchBytes } from "../fetch/web-source.ts";

export interface ReadFeed {
  readonly bytes: Buffer;
  readonly signer: string;
  readonly feed: Feed;
}

/** Somewhere that a feed stands, with what stands beside it. */
export interface FeedPlace {
  /** `https://archive.example/releases/feed.json`, or a path. */
  readonly address: string;
  /** The folder it stands in: a URL that ends in a slash, or a path. */
  readonly base: string;
  readonly isWeb: boolean;
  /** Bytes of a file that stands beside it. Throws `FailedError`. */
  read(name: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer>;
}

export function feedPlace(address: string): FeedPlace {
  const isWeb = /^https?:\/\//i.test(address);
  const base = isWeb ? new URL("./", address).href : dirname(address);
  return {
    address,
    base,
    isWeb,
    read: (name, maxBytes, signal) =>
      isWeb
        ? fetchBytes(new URL(name, base).href, null, maxBytes, signal)
        : readHere(join(base, name), maxBytes),
  };
}

/**
 * Reads a feed and takes it only from whom it is expected and never back in time: an old feed that somebody plays again would
 * bring back what was revoked. Throws `FailedError`, `IntegrityError`.
 */
export async function readFeed(
  place: FeedPlace,
  expected: { readonly signer: string | null; readonly notBefore: string | null },
  signal?: AbortSignal,
): Promise<ReadFeed> {
  const bytes = await (place.isWeb
    ? fetchBytes(place.address, null, MAX_FEED_BYTES, signal)
    : readHere(place.address, MAX_FEED_BYTES));
  const opened = openFeed(bytes);
  if (!opened.ok) throw new IntegrityError(`"${place.address}" is no feed: ${opened.reason}`);
  if (expected.signer !== null && opened.signer !== expected.signer) {
    throw new IntegrityError(`"${place.address}" is signed by ${opened.signer}`, {
      hint: `you follow ${expected.signer}; if the archive has a new key, begin a new mirror`,
    });
  }
  if (expected.notBefore !== null && Date.parse(opened.feed.created) < Date.parse(expected.notBefore)) {
    throw new IntegrityError(
      `"${place.address}" is of ${opened.feed.created}, older than the feed of ${expected.notBefore} that was here before`,
      { hint: "somebody may be giving you an old feed: ask the archive" },
    );
  }
  return { bytes, signer: opened.signer, feed: opened.feed };
}

async function readHere(path: string, maxBytes: number): Promise<Buffer> {
  const file = await readRegularFile(path, maxBytes);
  if (!file.ok) throw new FailedError(`"${path}" ${file.reason}`);
  return file.bytes;
}
