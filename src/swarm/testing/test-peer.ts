import { connect, type Socket } from "node:net";
import {
  encodeHandshake,
  encodeMessage,
  HANDSHAKE_BYTES,
  type Handshake,
  MessageReader,
  type PeerMessage,
  parseHandshake,
} from "../../formats/peer-wire/index.ts";

export type Sendable = Parameters<typeof encodeMessage>[0];

/** A peer on loopback that says what it is told to, and keeps what it hears until somebody asks for it. */
export class TestPeer {
  readonly socket: Socket;
  readonly heard: PeerMessage[] = [];
  isClosed: boolean = false;
  private greeting: Buffer = Buffer.alloc(0);
  private readonly reader = new MessageReader();

  constructor(port: number, localAddress = "127.0.0.1") {
    this.socket = connect({ port, host: "127.0.0.1", localAddress });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isClosed = true;
    });
    this.socket.on("data", (chunk: Buffer) => this.hear(chunk));
  }

  /** What came of the other's handshake. */
  get answered(): Handshake | null {
    return parseHandshake(this.greeting);
  }

  greet(infohash: Buffer | null, hasFast = true, hasV2 = true): this {
    const peerId = Buffer.alloc(20, "p");
    const flags = { hasExtensions: true, hasFast, hasDht: false, hasV2 };
    this.socket.write(encodeHandshake({ infohash: infohash ?? Buffer.alloc(20), peerId, ...flags }));
    return this;
  }

  say(...messages: readonly Sendable[]): this {
    this.socket.write(Buffer.concat(messages.map(encodeMessage)));
    return this;
  }

  async until<K extends PeerMessage["kind"]>(kind: K): Promise<PeerMessage & { kind: K }> {
    for (let wait = 0; wait < 500; wait += 1) {
      const at = this.heard.findIndex((message) => message.kind === kind);
      if (at >= 0) return this.heard.splice(at, 1)[0] as PeerMessage & { kind: K };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no "${kind}" came; heard ${this.heard.map((message) => message.kind).join(", ")}`);
  }

  async untilClosed(): Promise<void> {
    for (let wait = 0; wait < 500 && !this.isClosed; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!this.isClosed) throw new Error("the connection stays open");
  }

  private hear(chunk: Buffer): void {
    let rest = chunk;
    if (this.greeting.length < HANDSHAKE_BYTES) {
      this.greeting = Buffer.concat([this.greeting, rest]);
      if (this.greeting.length < HANDSHAKE_BYTES) return;
      rest = this.greeting.subarray(HANDSHAKE_BYTES);
      this.greeting = this.greeting.subarray(0, HANDSHAKE_BYTES);
      // What answers a stranger is no handshake, and nothing follows it.
      if (parseHandshake(this.greeting) === null) return;
    }
    for (const message of this.reader.push(Buffer.from(rest))) this.heard.push(message);
  }
}
