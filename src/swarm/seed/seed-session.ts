import { errorMessage } from "../../core/index.ts";
import {
  type BlockRange,
  encodeMessage,
  type HashRange,
  MessageReader,
  PeerFault,
  type PeerMessage,
  PIECE_HEAD_BYTES,
  writePieceHead,
} from "../../formats/peer-wire/index.ts";
import type { LoadedTorrent } from "../content/shared-torrents.ts";
import type { Greeted } from "../peer/greet.ts";
import type { PeerExchanges } from "../peer/peer-exchanges.ts";
import type { BatchBuffers } from "./batch-buffers.ts";
import type { Chokable, Choker } from "./choker.ts";
import type { PieceShowing, ShownPeer } from "./piece-showing.ts";
import type { RateLimit } from "./rate-limit.ts";
import { SeedExtensions } from "./seed-extensions.ts";

import { UploadQueue } from "./upload-queue.ts";

/** Requests that a peer may have waiting; it is told so (BEP 10 `reqq`). */
export const MAX_REQUESTS = 512;
/** Clients ask for 16 KiB; some for more. */
const MAX_BLOCK_BYTES = 128 * 1024;
const MAX_HASH_REQUESTS = 64;
/** Unsent bytes from which on no more are read from disk, and from which on no more is heard from the peer. */
const ENOUGH_UNSENT_BYTES = 512 * 1024;
const TOO_MUCH_UNSENT_BYTES = 4 * 1024 * 1024;
/** BEP 3: a peer that has nothing to say keeps the connection alive every two minutes. */
const IDLE_MS = 150_000;

export interface SeedSessionOptions {
  readonly greeted: Greeted;
  readonly torrent: LoadedTorrent;
  /** Tells it of others with the same torrent, and others of it; `calledPort` is where we called it. */
  readonly exchanges: PeerExchanges;
  readonly calledPort: number | null;
  readonly choker: Choker;
  readonly rateLimits: readonly RateLimit[];
  readonly buffers: BatchBuffers;
  /** Null: the peer is told at once that we have everything. */
  readonly showing: PieceShowing | null;
  readonly onUploaded: (bytes: number) => void;
  /** Called once, with why when that was a fault of the peer or of the disk. */
  readonly onEnd: (fault: string | null) => void;
}

/** A connection on which we have everything and give: the peer's side after the handshakes (BEP 3, 6, 9, 10, 52). */
export class SeedSession implements Chokable, ShownPeer {
  private readonly options: SeedSessionOptions;
  private readonly reader = new MessageReader();
  private readonly queue = new UploadQueue(MAX_REQUESTS);
  private readonly hashQueue: HashRange[] = [];
  private readonly extensions: SeedExtensions;
  private readonly showing: PieceShowing | null;
  private isChoked: boolean = true;
  private isPumping: boolean = false;
  private isAnsweringHashes: boolean = false;
  private hasEnded: boolean = false;

  constructor(options: SeedSessionOptions) {
    this.options = options;
    const { greeted, torrent, exchanges, calledPort, showing } = options;
    this.showing = showing?.isOver ? null : showing;
    this.extensions = new SeedExtensions({
      torrent: torrent.content.torrent,
      exchanges,
      swarm: greeted.handshake.infohash.toString("hex"),
      host: hostOf(greeted.socket.remoteAddress ?? ""),
      calledPort,
      maxRequests: MAX_REQUESTS,
      isUploadOnly: this.showing === null,
      send: (extension, payload) => this.send({ kind: "extended", extension, payload }),
    });
  }

  /** Says what we have and listens. `early` are bytes that came with the peer's handshake. */
  start(early: Buffer): void {
    const { greeted, torrent } = this.options;
    const { socket, handshake, cipher } = greeted;
    socket.setTimeout(IDLE_MS, () => this.end(null));
    socket.on("data", (chunk: Buffer) => {
      cipher?.decrypt(chunk);
      this.hear(chunk);
    });
    socket.on("drain", () => {
      socket.resume();
      void this.pump();
    });
    socket.on("error", () => this.end(null));
    socket.on("close", () => this.end(null));
    const { pieceCount } = torrent.content;
    const first = this.showing
      ? handshake.hasFast
        ? [encodeMessage({ kind: "have-none" })]
        : []
      : [encodeMessage(handshake.hasFast ? { kind: "have-all" } : fullBitfield(pieceCount))];
    if (handshake.hasExtensions) {
      first.unshift(encodeMessage(this.extensions.introduction()));
    }
    this.write(Buffer.concat(first));
    this.showing?.join(this);
    if (early.length > 0) this.hear(early);
  }

  setChoked(isChoked: boolean): void {
    if (this.isChoked === isChoked || this.hasEnded) return;
    this.isChoked = isChoked;
    this.send({ kind: isChoked ? "choke" : "unchoke" });
    if (isChoked) for (const range of this.queue.drain()) this.reject(range);
    else void this.pump();
  }

  offer(pieces: readonly number[]): void {
    if (this.hasEnded) return;
    this.write(Buffer.concat(pieces.map((piece) => encodeMessage({ kind: "have", piece }))));
  }

  end(fault: string | null): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.options.choker.leave(this);
    this.extensions.leave();
    this.showing?.leave(this);
    this.options.greeted.socket.destroy();
    this.options.onEnd(fault);
  }

  private hear(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk)) {
        if (this.hasEnded) return;
        this.handle(message);
      }
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      this.end(error.message);
      return;
    }
    // One that asks and does not take what it gets is not heard until it does.
    const { socket } = this.options.greeted;
    if (socket.writableLength > TOO_MUCH_UNSENT_BYTES) socket.pause();
  }

  private handle(message: PeerMessage): void {
    const { choker, torrent } = this.options;
    switch (message.kind) {
      case "interested":
        choker.want(this);
        return;
      case "not-interested":
        choker.leave(this);
        return;
      case "request":
        this.request(message);
        return;
      case "cancel":
        if (this.queue.cancel(message)) this.reject(message);
        return;
      case "hash-request":
        if (this.hashQueue.length < MAX_HASH_REQUESTS) this.hashQueue.push(message);
        else this.send({ ...message, kind: "hash-reject" });
        void this.answerHashes();
        return;
      case "extended":
        this.extensions.hear(message.extension, message.payload);
        return;
      case "have":
        if (message.piece >= torrent.content.pieceCount) throw new PeerFault("has a piece that is not there");
        this.showing?.has(this, [message.piece]);
        return;
      case "bitfield":
        this.hearBitfield(message.bits);
        return;
      case "have-all":
        this.end(null);
        return;
      case "piece":
        throw new PeerFault("sends a piece that nobody asked for");
      default:
    }
  }

  private request(range: BlockRange): void {
    const { content } = this.options.torrent;
    const { piece, beginBytes, lengthBytes } = range;
    if (lengthBytes === 0 || lengthBytes > MAX_BLOCK_BYTES) {
      throw new PeerFault(`asks for a block of ${lengthBytes} bytes`);
    }
    if (beginBytes + lengthBytes > content.pieceBytes(piece)) throw new PeerFault("asks past the end");
    const isKnown = this.showing?.isOffered(this, piece) ?? true;
    if (!isKnown || this.isChoked || !this.queue.add(range)) this.reject(range);
    else void this.pump();
  }

  /** BEP 6: every request is answered; without it silence means no. */
  private reject({ piece, beginBytes, lengthBytes }: BlockRange): void {
    if (this.options.greeted.handshake.hasFast)
      this.send({ kind: "reject-request", piece, beginBytes, lengthBytes });
  }

  private hearBitfield(bits: Buffer): void {
    const { pieceCount } = this.options.torrent.content;
    if (bits.length !== Math.ceil(pieceCount / 8)) throw new PeerFault("has a bitfield of another length");
    // Two that have everything have nothing to say to each other.
    if (bits.equals(fullBitfield(pieceCount).bits)) this.end(null);
    else if (this.showing) this.showing.has(this, piecesOf(bits, pieceCount));
  }

  /** Reads and sends what was asked for while the socket takes it: one run of blocks at a time. */
  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      while (!this.hasEnded && !this.isChoked && this.queue.length > 0) {
        if (this.options.greeted.socket.writableLength > ENOUGH_UNSENT_BYTES) return;
        await this.sendRun(this.queue.takeRun());
      }
    } catch (error) {
      this.end(errorMessage(error));
    } finally {
      this.isPumping = false;
    }
  }

  private async sendRun(run: readonly BlockRange[]): Promise<void> {
    const { torrent, rateLimits, buffers, onUploaded } = this.options;
    const [first] = run;
    if (first === undefined) return;
    const blockBytes = run.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    for (const limit of rateLimits) await limit.take(blockBytes);
    const buffer = buffers.take(blockBytes + run.length * PIECE_HEAD_BYTES);
    let offset = 0;
    const targets = run.map((range) => {
      writePieceHead(buffer, offset, range);
      const start = offset + PIECE_HEAD_BYTES;
      offset = start + range.lengthBytes;
      return buffer.subarray(start, offset);
    });
    const { content } = torrent;
    await content.readInto(targets, first.piece * content.torrent.pieceLengthBytes + first.beginBytes);
    if (this.hasEnded) {
      buffers.give(buffer);
      return;
    }
    this.write(buffer, () => buffers.give(buffer));
    onUploaded(blockBytes);
  }

  private async answerHashes(): Promise<void> {
    if (this.isAnsweringHashes) return;
    this.isAnsweringHashes = true;
    try {
      for (let range = this.hashQueue.shift(); range && !this.hasEnded; range = this.hashQueue.shift()) {
        const hashes = await this.options.torrent.hashes.answer(range);
        this.send(hashes === null ? { ...range, kind: "hash-reject" } : { ...range, kind: "hashes", hashes });
      }
    } catch (error) {
      this.end(errorMessage(error));
    } finally {
      this.isAnsweringHashes = false;
    }
  }

  private send(message: Exclude<PeerMessage, { kind: "unknown" }>): void {
    if (!this.hasEnded) this.write(encodeMessage(message));
  }

  /** The buffer is ours: it is encrypted where it is. */
  private write(buffer: Buffer, whenSent?: () => void): void {
    const { socket, cipher } = this.options.greeted;
    cipher?.encrypt(buffer);
    socket.write(buffer, whenSent);
  }
}

/** An IPv4 address on a socket that takes both kinds is written as one. */
function hostOf(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/, "");
}

/** The bits of all pieces; those behind the last are zero (BEP 3). */
function fullBitfield(pieceCount: number): { readonly kind: "bitfield"; readonly bits: Buffer } {
  const bits = Buffer.alloc(Math.ceil(pieceCount / 8), 0xff);
  const spare = bits.length * 8 - pieceCount;
  if (spare > 0) bits[bits.length - 1] = (0xff << spare) & 0xff;
  return { kind: "bitfield", bits };
}

function piecesOf(bits: Buffer, pieceCount: number): readonly number[] {
  const pieces: number[] = [];
  for (let piece = 0; piece < pieceCount; piece += 1) {
    if ((((bits[piece >>> 3] ?? 0) >>> (7 - (piece & 7))) & 1) === 1) pieces.push(piece);
  }
  return pieces;
}
