import { createServer, type Server, type Socket } from "node:net";
import {
  encodeHandshake,
  encodeMessage,
  HANDSHAKE_BYTES,
  MessageReader,
  parseHandshake,
  startsHandshake,
} from "../../formats/peer-wire/index.ts";
import type { LoadedTorrent } from "../content/shared-torrents.ts";

/** A peer that knows no encryption, has everything, and gives each block as `answer` says: changed, or null for silence. */
export class BadPeer {
  readonly requests: number[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(torrent: LoadedTorrent, answer: (block: Buffer, count: number) => Buffer | null) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      this.serve(socket, torrent, answer).catch(() => socket.destroy());
    });
  }

  listen(host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, host, () => {
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private async serve(
    socket: Socket,
    { content }: LoadedTorrent,
    answer: (block: Buffer, count: number) => Buffer | null,
  ): Promise<void> {
    const reader = new MessageReader();
    let held = Buffer.alloc(0);
    let greeted = false;
    for await (const chunk of socket) {
      held = Buffer.concat([held, chunk as Buffer]);
      if (!greeted) {
        if (!startsHandshake(held)) break;
        const handshake = parseHandshake(held);
        if (handshake === null) continue;
        const { infohashV1, infohashV2 } = content.torrent;
        const own = [infohashV1, infohashV2?.subarray(0, 20)];
        if (!own.some((infohash) => infohash?.equals(handshake.infohash))) break;
        greeted = true;
        held = held.subarray(HANDSHAKE_BYTES);
        socket.write(encodeHandshake({ ...handshake, peerId: Buffer.alloc(20, "b"), hasExtensions: false }));
        socket.write(
          Buffer.concat([encodeMessage({ kind: "have-all" }), encodeMessage({ kind: "unchoke" })]),
        );
      }
      for (const message of reader.push(held)) {
        if (message.kind === "hash-request") socket.write(encodeMessage({ ...message, kind: "hash-reject" }));
        if (message.kind !== "request") continue;
        const { piece, beginBytes, lengthBytes } = message;
        this.requests.push(piece * content.torrent.pieceLengthBytes + beginBytes);
        const block = Buffer.alloc(lengthBytes);
        await content.readInto([block], piece * content.torrent.pieceLengthBytes + beginBytes);
        const given = answer(block, this.requests.length);
        if (given !== null) socket.write(encodeMessage({ kind: "piece", piece, beginBytes, block: given }));
      }
      held = Buffer.alloc(0);
    }
  }
}
