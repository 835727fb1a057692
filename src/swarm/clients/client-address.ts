import { UsageError } from "../../core/index.ts";
import { Qbittorrent } from "./qbittorrent.ts";
import type { TorrentClient } from "./torrent-client.ts";
import { Transmission } from "./transmission.ts";

const SCHEMES = ["qbittorrent:", "transmission:", "qbittorrents:", "transmissions:"];

/**
 * The client that `qbittorrent://USER@HOST:PORT` or `transmission://USER@HOST:PORT/PATH` means; with an `s` behind the name over
 * HTTPS. The password is in the address or given. Throws `UsageError`.
 */
export function clientAt(address: string, password: string | undefined): TorrentClient {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !SCHEMES.includes(url.protocol) || url.hostname === "") {
    throw new UsageError(`"${withoutPassword(address)}" is no torrent client`, {
      hint: "write it like qbittorrent://user@localhost:8080 or transmission://user@localhost:9091",
    });
  }
  const scheme = url.protocol.endsWith("s:") ? "https" : "http";
  const login = {
    user: decodeURIComponent(url.username),
    password: password ?? decodeURIComponent(url.password),
  };
  const base = `${scheme}://${url.host}`;
  const path = url.pathname.replace(/\/+$/, "");
  if (url.protocol.startsWith("qbittorrent")) return new Qbittorrent(`${base}${path}`, login);
  return new Transmission(`${base}${path === "" ? "/transmission/rpc" : path}`, login);
}

function withoutPassword(address: string): string {
  return address.replace(/:[^:@/]*@/, ":…@");
}
