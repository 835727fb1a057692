import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { FailedError } from "../../core/index.ts";
import {
  EXTENSION_HANDSHAKE,
  type ExtensionHandshake,
  encodeExtensionHandshake,
  encodeMessage,
  encodeMetadataMessage,
  type HashRange,
  METADATA_PIECE_BYTES,
  MessageReader,
  type PeerCipher,
  PeerFault,
  type PeerMessage,
  parseExtensionHandshake,
  parseMetadataMessage,
  parsePeerExchange,
} from "../../formats/peer-wire/index.ts";
import { callPeer, type Encryption, type Greeted, type PeerAddress } from "../peer/greet.ts";
import { OpenQuestions } from "./open-questions.ts";
import { Turn } from "./turn.ts";

export interface ConnectOptions {
  readonly encryption?: Encryption | undefined;
  /** Called with what the peer says of others (BEP 11); without it the peer is not asked, as for a private torrent. */
  readonly onPeers?: ((peers: readonly PeerAddress[]) => void) | undefined;
  /** The v2 infohash (20 bytes) of the same torrent: what a connection for the v1 one may become (BEP 52). */
  readonly infohashV2?: Buffer | null | undefined;
  /** Called when the connection breaks off, which is neither our doing nor a fault that we found. */
  readonly onLost?: ((peer: PeerSource) => void) | undefined;
  /** Longest that a peer may give us nothing (milliseconds). */
  readonly unchokeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const ANSWER_MS = 20_000;
/** Seeders with more peers than slots let others take turns: one that has no turn for us in so long has none. */
const UNCHOKE_MS = 120_000;
const OUR_METADATA_ID = 1;
const OUR_EXCHANGE_ID = 2;
/** Messages about others that are heard, of one peer: each names a hundred at most. */
const MAX_EXCHANGES = 20;
const MAX_METADATA_BYTES = 64 * 1024 * 1024;

/**
 * One peer to take from (BEP 3, 6, 9, 10, 52). Every question is a promise that ends: with what was asked for, or with an error
 * when the peer says no, is silent too long, breaks the protocol or goes. What it gives is not proved here.
 */
export class PeerSource {
  readonly name: string;
  private readonly socket: Socket;
  private readonly cipher: PeerCipher | null;
  private readonly reader = new MessageReader();
  private readonly questions: OpenQuestions;
  private readonly unchokeMs: number;
  private readonly extended: Promise<ExtensionHandshake>;
  private tellExtended: (handshake: ExtensionHandshake) => void = () => {};
  private readonly turn = new Turn();
  private readonly hasFast: boolean;
  private ended: Error | null = null;
  private pieces: Buffer | "all" | null = null;
  private readonly onPeers: ConnectOptions["onPeers"];
  private exchanges = 0;

  private constructor(
    { socket, handshake, cipher, early }: Greeted,
    name: string,
    { onPeers, onLost, unchokeMs = UNCHOKE_MS }: ConnectOptions,
  ) {
    this.onPeers = onPeers;
    this.socket = socket;
    this.cipher = cipher;
    this.name = name;
    this.questions = new OpenQuestions(name, ANSWER_MS);
    this.unchokeMs = unchokeMs;
    this.hasFast = handshake.hasFast;
    this.extended = new Promise((resolve) => {
      this.tellExtended = resolve;
    });
    const lose = (error: Error): void => {
      if (this.ended === null) queueMicrotask(() => onLost?.(this));
      this.end(error);
    };
    socket.on("error", lose);
    socket.on("close", () => lose(new FailedError(`peer ${name} closed the connection`)));
    socket.on("data", (chunk: Buffer) => {
      cipher?.decrypt(chunk);
      this.hear(chunk);
    });
    this.introduce(handshake.hasExtensions);
    this.hear(early);
    socket.resume();
  }

  /** Connects and shakes hands for the torrent with this infohash (20 bytes). Throws `FailedError`. */
  static async connect(
    address: PeerAddress,
    infohash: Buffer,
    connectOptions: ConnectOptions = {},
  ): Promise<PeerSource> {
    const { encryption = "prefer", infohashV2, signal } = connectOptions;
    const name = `${address.host}:${address.port}`;
    const peerId = Buffer.concat([Buffer.from("-DW0100-"), randomBytes(12)]);
    const flags = { hasExtensions: true, hasFast: true, hasDht: false, hasV2: infohashV2 != null };
    const options = { upgraded: infohashV2, signal };
    const greeting = await callPeer(address, { infohash, peerId, ...flags }, encryption, options);
    if (!greeting.ok) throw new FailedError(`peer ${name}: ${greeting.reason}`);
    const source = new PeerSource(greeting, name, connectOptions);
    signal?.addEventListener("abort", () => source.close(), { once: true });
    return source;
  }

  /** Bytes that came over the wire, with everything around what was asked for. */
  get receivedBytes(): number {
    return this.socket.bytesRead;
  }

  get isOpen(): boolean {
    return this.ended === null;
  }

  hasPiece(piece: number): boolean {
    if (this.pieces === "all") return true;
    return (((this.pieces?.[piece >>> 3] ?? 0) >>> (7 - (piece & 7))) & 1) === 1;
  }

  /** Resolves when the peer would give us something; rejects when it goes before that. */
  ready(): Promise<void> {
    if (this.ended !== null) return Promise.reject(this.ended);
    return this.turn.wait(this.unchokeMs, (error) => this.end(error), this.name);
  }

  /** Bytes of a piece. The buffer is the caller's. */
  async block(piece: number, beginBytes: number, lengthBytes: number): Promise<Buffer> {
    const bytes = await this.ask(`${piece}/${beginBytes}`, {
      kind: "request",
      piece,
      beginBytes,
      lengthBytes,
    });
    if (bytes.length !== lengthBytes) throw this.fault("sends a block of another length");
    return bytes;
  }

  /** Bytes of a piece, as many as `target` has room for, written there. */
  async blockInto(piece: number, beginBytes: number, target: Buffer): Promise<void> {
    const lengthBytes = target.length;
    const request = { kind: "request", piece, beginBytes, lengthBytes } as const;
    const hasCome = await this.ask(`${piece}/${beginBytes}`, request, (bytes) => {
      if (bytes.length !== lengthBytes) return false;
      bytes.copy(target);
      return true;
    });
    if (!hasCome) throw this.fault("sends a block of another length");
  }

  /** Hashes of a file's tree and their uncles (BEP 52), unproved. */
  hashes(range: HashRange): Promise<Buffer> {
    return this.ask(hashKey(range), { kind: "hash-request", ...range });
  }

  /** The info dictionary (BEP 9), unproved. */
  async metadata(): Promise<Buffer> {
    const { extensions, metadataBytes } = await this.inTime(this.extended, "sends no extended handshake");
    const extension = extensions.get("ut_metadata");
    if (extension === undefined || metadataBytes === null || metadataBytes > MAX_METADATA_BYTES) {
      throw new FailedError(`peer ${this.name} has no metadata to give`);
    }
    const parts: Buffer[] = [];
    for (let piece = 0; piece * METADATA_PIECE_BYTES < metadataBytes; piece += 1) {
      const payload = encodeMetadataMessage({ kind: "request", piece });
      parts.push(await this.ask(`metadata ${piece}`, { kind: "extended", extension, payload }));
    }
    const bytes = Buffer.concat(parts);
    if (bytes.length !== metadataBytes) throw this.fault("sends metadata of another length");
    return bytes;
  }

  close(): void {
    this.end(new FailedError(`peer ${this.name} was let go`));
  }

  private introduce(hasExtensions: boolean): void {
    const messages: Parameters<typeof encodeMessage>[0][] = [];
    if (hasExtensions) {
      const payload = encodeExtensionHandshake({
        extensions: new Map([
          ["ut_metadata", OUR_METADATA_ID],
          ...(this.onPeers === undefined ? [] : [["ut_pex", OUR_EXCHANGE_ID] as const]),
        ]),
        metadataBytes: null,
        maxRequests: null,
        port: null,
        client: "Deadwax",
        isUploadOnly: false,
      });
      messages.push({ kind: "extended", extension: EXTENSION_HANDSHAKE, payload });
    }
    if (this.hasFast) messages.push({ kind: "have-none" });
    messages.push({ kind: "interested" });
    this.write(Buffer.concat(messages.map(encodeMessage)));
  }

  private hear(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk)) this.handle(message);
    } catch (error) {
      if (!(error instanceof PeerFault)) throw error;
      this.end(error);
    }
  }

  private handle(message: PeerMessage): void {
    switch (message.kind) {
      case "unchoke":
        this.turn.begin();
        return;
      case "choke":
        this.turn.end();
        // BEP 6: with the fast extension every request that falls away is rejected by name.
        if (!this.hasFast) this.questions.refuseAll((key) => key.includes("/"));
        return;
      case "have-all":
        this.pieces = "all";
        return;
      case "bitfield":
        this.pieces = Buffer.from(message.bits);
        return;
      case "have":
        this.addPiece(message.piece);
        return;
      case "piece":
        this.questions.settle(`${message.piece}/${message.beginBytes}`, message.block);
        return;
      case "reject-request":
        this.questions.refuse(`${message.piece}/${message.beginBytes}`);
        return;
      case "hashes":
        this.questions.settle(hashKey(message), message.hashes);
        return;
      case "hash-reject":
        this.questions.refuse(hashKey(message));
        return;
      case "extended":
        this.hearExtended(message.extension, message.payload);
        return;
      default:
    }
  }

  private hearExtended(extension: number, payload: Buffer): void {
    if (extension === EXTENSION_HANDSHAKE) {
      const handshake = parseExtensionHandshake(payload);
      if (handshake === null) throw new PeerFault("sends no extended handshake where one is due");
      this.tellExtended(handshake);
      return;
    }
    if (extension === OUR_EXCHANGE_ID && this.onPeers && this.exchanges < MAX_EXCHANGES) {
      this.exchanges += 1;
      this.onPeers(parsePeerExchange(payload)?.added ?? []);
    }
    if (extension !== OUR_METADATA_ID) return;
    const message = parseMetadataMessage(payload);
    if (message?.kind === "data") this.questions.settle(`metadata ${message.piece}`, message.data);
    else if (message?.kind === "reject") this.questions.refuse(`metadata ${message.piece}`);
  }

  private addPiece(piece: number): void {
    if (this.pieces === "all") return;
    const needed = (piece >>> 3) + 1;
    if (needed > 1024 * 1024) throw new PeerFault("has a piece that is not there");
    if ((this.pieces?.length ?? 0) < needed) {
      this.pieces = Buffer.concat([this.pieces ?? Buffer.alloc(0)], needed);
    }
    if (this.pieces) this.pieces[piece >>> 3] = (this.pieces[piece >>> 3] ?? 0) | (0x80 >>> (piece & 7));
  }

  private ask(key: string, message: Parameters<typeof encodeMessage>[0]): Promise<Buffer>;
  private ask<T>(
    key: string,
    message: Parameters<typeof encodeMessage>[0],
    take: (bytes: Buffer) => T,
  ): Promise<T>;
  private ask<T>(
    key: string,
    message: Parameters<typeof encodeMessage>[0],
    take: (bytes: Buffer) => T | Buffer = (bytes) => Buffer.from(bytes),
  ): Promise<T | Buffer> {
    if (this.ended !== null) return Promise.reject(this.ended);
    const asked = this.questions.ask(key, take);
    if (asked === null)
      return Promise.reject(new FailedError(`peer ${this.name} is asked for the same twice`));
    this.write(encodeMessage(message));
    return asked;
  }

  private write(bytes: Buffer): void {
    this.cipher?.encrypt(bytes);
    this.socket.write(bytes);
  }

  private async inTime<T>(promise: Promise<T>, otherwise: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new FailedError(`peer ${this.name} ${otherwise}`)), ANSWER_MS);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private fault(what: string): FailedError {
    const error = new FailedError(`peer ${this.name} ${what}`);
    this.end(error);
    return error;
  }

  private end(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    this.socket.destroy();
    this.turn.fail(error);
    this.questions.end(error);
  }
}

function hashKey(range: HashRange): string {
  const { piecesRoot, baseLayer, index, length, proofLayers } = range;
  return `hashes ${piecesRoot.toString("hex")} ${[baseLayer, index, length, proofLayers].join(" ")}`;
}
