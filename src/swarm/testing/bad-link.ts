import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface BadLinkOptions {
  /** Address on loopback that it takes connections at. */
  readonly host: string;
  /** Each piece of the stream comes so much later, and one in twenty as late as if it had been lost and sent again. */
  readonly delayMs: number;
  readonly lostMs: number;
  /** A connection is cut after so many bytes, more or less; null: never. */
  readonly cutAfterBytes: number | null;
  /** Numbers from 0 to 1. */
  readonly chance: () => number;
}

const LOST = 0.05;

/** A bad line to a peer: TCP that comes late, in bits, and is cut now and then. Nothing is behind it until it is connected. */
export class BadLink {
  private readonly options: BadLinkOptions;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private target: { readonly host: string; readonly port: number } | null = null;
  cuts = 0;
  /** Over all connections, both ways. */
  passedBytes = 0;

  constructor(options: BadLinkOptions) {
    this.options = options;
    this.server = createServer((socket) => this.take(socket));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, this.options.host, () => {
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  connectTo(host: string, port: number): void {
    this.target = { host, port };
  }

  /** As a peer goes whose process is killed: every connection is reset, and nobody answers from then on. */
  kill(): void {
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private take(near: Socket): void {
    if (this.target === null) {
      near.destroy();
      return;
    }
    const far = connect(this.target);
    const { cutAfterBytes, chance } = this.options;
    const cutAt = cutAfterBytes === null ? Number.POSITIVE_INFINITY : cutAfterBytes * (0.5 + chance());
    let passedBytes = 0;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
      const pass = async (): Promise<void> => {
        for await (const chunk of from) {
          const { delayMs, lostMs } = this.options;
          await sleep(chance() < LOST ? delayMs + lostMs : delayMs);
          passedBytes += (chunk as Buffer).length;
          this.passedBytes += (chunk as Buffer).length;
          if (passedBytes > cutAt) {
            this.cuts += 1;
            from.resetAndDestroy();
            return;
          }
          if (!to.destroyed && !to.write(chunk)) await Promise.race([once(to, "drain"), once(to, "close")]);
        }
      };
      pass().catch(() => from.destroy());
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
