/** Our seeder as a process of its own, for `bench/swarm-seed.ts`: prints its port, ends with standard input, prints its cost. */
import { readFileSync } from "node:fs";
import { parseTorrent } from "../src/formats/torrent/parse-torrent.ts";
import { SeedServer, SharedTorrents, UploadLimits } from "../src/swarm/index.ts";

const [torrentFile = "", folder = "", slots = "250"] = process.argv.slice(2);
const parsed = parseTorrent(readFileSync(torrentFile));
if (!parsed.ok) throw new Error(parsed.reason);
const { infohashV1, infohashV2 } = parsed.torrent;
const torrents = new SharedTorrents([
  {
    release: "bench",
    kind: "hybrid",
    torrentFile,
    folder,
    sizeBytes: 0,
    trackers: [],
    infohashes: [infohashV1?.toString("hex") ?? "", infohashV2?.toString("hex").slice(0, 40) ?? ""],
  },
]);
const server = new SeedServer({
  torrents,
  host: "127.0.0.1",
  port: 0,
  limits: new UploadLimits(null, null),
  encryption: "prefer",
  maxConnections: 1000,
  maxConnectionsPerAddress: 1000,
  uploadSlots: Number(slots),
  onUploaded: () => {},
  onFault: ({ reason }) => process.stderr.write(`${reason}\n`),
});
process.stdout.write(`${await server.listen()}\n`);
process.stdin.resume().on("end", async () => {
  const { user, system } = process.cpuUsage();
  const anonymous = /^Anonymous:\s+(\d+)/m.exec(readFileSync("/proc/self/smaps_rollup", "utf8"))?.[1];
  const cost = {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.resourceUsage().maxRSS * 1024,
    anonymousBytes: Number(anonymous) * 1024,
  };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
  await server.close();
  await torrents.close();
});
