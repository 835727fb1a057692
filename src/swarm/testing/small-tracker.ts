import { createServer, type Server } from "node:http";
import { encodeBencode } from "../../formats/bencode/encode.ts";
import { type AnnouncedPeer, encodeCompactPeer } from "../../formats/tracker/index.ts";

/** An HTTP tracker on loopback that names to everyone who asks the peers that it was told. */
export class SmallTracker {
  readonly peers: AnnouncedPeer[] = [];
  /** The query of each announce. */
  readonly announces: URLSearchParams[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.announces.push(new URLSearchParams((request.url ?? "").split("?")[1]));
    const peers = Buffer.concat(this.peers.flatMap((peer) => encodeCompactPeer(peer) ?? []));
    response.end(
      encodeBencode(
        new Map<string, number | Buffer>([
          ["interval", 1800],
          ["peers", peers],
        ]),
      ),
    );
  });

  /** Resolves with its address. */
  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => {
        const address = this.server.address();
        const port = typeof address === "object" && address !== null ? address.port : 0;
        resolve(`http://127.0.0.1:${port}/announce`);
      });
    });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
