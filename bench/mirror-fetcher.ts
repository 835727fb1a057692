/** A mirror's fetching as a process of its own, for `bench/mirror.ts`: gets a torrent from one peer, prints its cost. */
import { readFileSync } from "node:fs";
import { parseTorrent } from "../src/formats/torrent/parse-torrent.ts";
import { PeerSource } from "../src/swarm/fetch/peer-source.ts";
import { Sources } from "../src/swarm/fetch/sources.ts";
import { fetchPieces } from "../src/swarm/mirror/fetch-pieces.ts";
import { PieceLedger } from "../src/swarm/mirror/piece-ledger.ts";
import { planPieces } from "../src/swarm/mirror/piece-plan.ts";
import { peerPieceSource } from "../src/swarm/mirror/piece-source.ts";
import { PieceStore } from "../src/swarm/mirror/piece-store.ts";

const [torrentFile = "", folder = "", port = ""] = process.argv.slice(2);
const parsed = parseTorrent(readFileSync(torrentFile));
if (!parsed.ok) throw new Error(parsed.reason);
const { torrent } = parsed;
const pieces = planPieces(torrent);
const before = process.cpuUsage();
const startMs = performance.now();
const store = await PieceStore.open(folder, torrent, pieces.length);
const ledger = new PieceLedger(pieces);
const infohash = (torrent.infohashV2 ?? Buffer.alloc(20)).subarray(0, 20);
const peer = await PeerSource.connect({ host: "127.0.0.1", port: Number(port) }, infohash, {
  encryption: "off",
});
const { reasons } = await fetchPieces({
  ledger,
  sources: new Sources([peerPieceSource(peer, torrent)]),
  mayAsk: () => true,
  pieceLengthBytes: torrent.pieceLengthBytes,
  keep: (piece, bytes) => store.write(piece, bytes),
});
await store.finish();
if (!ledger.isComplete) throw new Error(reasons.join());
const { user, system } = process.cpuUsage(before);
const { maxRSS } = process.resourceUsage();
const written = /write_bytes: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1];
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - startMs) / 1000,
    residentBytes: maxRSS * 1024,
    writtenBytes: Number(written),
  })}\n`,
);
