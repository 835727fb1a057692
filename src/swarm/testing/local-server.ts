import type { SharedTorrents } from "../content/shared-torrents.ts";
import { SeedServer, type SeedServerOptions } from "../seed/seed-server.ts";
import { UploadLimits } from "../seed/upload-limits.ts";

/** A seeder on a free port of loopback that takes whoever comes and gives without a limit, but for what `change` says. */
export function localServer(torrents: SharedTorrents, change: Partial<SeedServerOptions> = {}): SeedServer {
  return new SeedServer({
    torrents,
    host: "127.0.0.1",
    port: 0,
    limits: new UploadLimits(null, null),
    encryption: "prefer",
    maxConnections: 100,
    maxConnectionsPerAddress: 100,
    uploadSlots: 20,
    onUploaded: () => {},
    ...change,
  });
}
