import { UsageError } from "../../core/index.ts";
import type { PeerAddress } from "../peer/greet.ts";

/** Reads `host:port`, `1.2.3.4:6881` or `[::1]:6881`. Throws `UsageError`. */
export function parsePeerAddress(text: string): PeerAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new UsageError(`"${text}" is no peer`, {
    hint: "give HOST:PORT, like 192.0.2.7:6881 or [2001:db8::7]:6881",
  });
}
