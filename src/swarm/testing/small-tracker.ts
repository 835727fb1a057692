import { createServer, type Server } from "node:http";
import { encodeBencode } from "../../formats/bencode/encode.ts";
import { type AnnouncedPeer, encodeCompactPeer } from "../../formats/tracker/index.ts";

/** An HTTP tracker on loopback that names to everyone who asks the peers that it was told. */
export class SmallTracker {
  readonly peers: AnnouncedPeer[] = [];
  /** The query of each announce. */
  readonly announces: URLSearchParams[] = [];
  readonly remoteAddresses: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.announces.push(new URLSearchParams((request.url ?? "").split("?")[1]));
    this.remoteAddresses.push(request.socket.remoteAddress ?? "");
    const compact = this.peers.flatMap((peer) => encodeCompactPeer(peer) ?? []);
    const ofLength = (bytes: number): Buffer =>
      Buffer.concat(compact.filter(({ length }) => length === bytes));
    response.end(
      encodeBencode(
        new Map<string, number | Buffer>([
          ["interval", 1800],
          ["peers", ofLength(6)],
          ["peers6", ofLength(18)],
        ]),
      ),
    );
  });

  /** Resolves with its address. */
  listen(host = "127.0.0.1"): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(0, host, () => {
        const address = this.server.address();
        const port = typeof address === "object" && address !== null ? address.port : 0;
        resolve(`http://${host.includes(":") ? `[${host}]` : host}:${port}/announce`);
      });
    });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
