import { UsageError } from "../core/index.ts";
import type { TorrentLinks } from "./release-torrents.ts";

const TRACKER_PROTOCOLS = ["http:", "https:", "udp:"];
const WEB_PROTOCOLS = ["http:", "https:"];

/**
 * Checks the trackers and web seeds that a person gave. A web seed is the folder that holds the bag: it ends in `/`, and clients
 * append the name of the release and the path (BEP 19). Throws `UsageError` for what is no such URL.
 */
export function requireLinks(announce: readonly string[], webSeeds: readonly string[]): TorrentLinks {
  return {
    announce: announce.map((url) => requireUrl(url, TRACKER_PROTOCOLS, "a tracker")),
    webSeeds: webSeeds.map((url) => {
      const checked = requireUrl(url, WEB_PROTOCOLS, "a web seed");
      return checked.endsWith("/") ? checked : `${checked}/`;
    }),
  };
}

function requireUrl(text: string, protocols: readonly string[], what: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !protocols.includes(url.protocol)) {
    throw new UsageError(`"${text}" is not the URL of ${what}`, {
      hint: `it begins with ${protocols.map((protocol) => `${protocol}//`).join(", ")}`,
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(`the URL of ${what} holds a user name or password`, {
      hint: "a torrent is public: leave them out",
    });
  }
  return url.href;
}
