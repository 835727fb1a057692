import { connect, type Socket } from "node:net";
import { errorMessage } from "../../core/index.ts";
import {
  EncryptionInitiator,
  EncryptionResponder,
  type EncryptionStep,
  encodeHandshake,
  HANDSHAKE_BYTES,
  type Handshake,
  type PeerCipher,
  PLAIN,
  parseHandshake,
  RC4,
  startsHandshake,
} from "../../formats/peer-wire/index.ts";

/** Whether connections are encrypted: those that can be, all, none. */
export type Encryption = "prefer" | "require" | "off";

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** A connection after both sides have said who they are. */
export interface Greeted {
  readonly socket: Socket;
  readonly handshake: Handshake;
  /** What came behind it, decrypted. */
  readonly early: Buffer;
  /** Null: it is plain. */
  readonly cipher: PeerCipher | null;
}

export type Greeting = ({ readonly ok: true } & Greeted) | { readonly ok: false; readonly reason: string };

const CLOSED = "closed the connection";
/** Longest that a stranger may take to say who it is. */
const HANDSHAKE_MS = 10_000;
/** Longest that is waited for one that may not know of encryption, and may be asked again without. */
const ENCRYPTED_MS = 4000;

/** Takes what comes until it is known how the connection goes on. */
interface Negotiation {
  push(chunk: Buffer): EncryptionStep;
}

/**
 * Waits for the handshake on a connection that was opened to us, plain or encrypted as `encryption` says, and answers it. The
 * socket is paused in the end, so that nothing is lost before somebody listens; it is destroyed when no greeting came of it.
 */
export async function answerPeer(
  socket: Socket,
  encryption: Encryption,
  torrents: {
    /** By `torrentNumber`. */
    readonly byNumber: (number: string) => Buffer | null;
    /** Our handshake, for the same infohash or the v2 one of the same torrent (BEP 52); null: there is no such torrent. */
    readonly answerTo: (handshake: Handshake) => Handshake | null;
  },
  timeoutMs: number = HANDSHAKE_MS,
): Promise<Greeting> {
  const negotiation = new IncomingNegotiation(encryption, torrents.byNumber);
  const greeting = await readGreeting(socket, negotiation, timeoutMs);
  if (!greeting.ok) return greeting;
  const ours = torrents.answerTo(greeting.handshake);
  if (ours === null) {
    socket.destroy();
    return { ok: false, reason: "asks for a torrent that is not here" };
  }
  const bytes = encodeHandshake(ours);
  greeting.cipher?.encrypt(bytes);
  socket.write(bytes);
  return { ...greeting, handshake: { ...greeting.handshake, infohash: ours.infohash } };
}

export interface CallOptions {
  /** 20 bytes of the v2 infohash that the peer may answer with when it is called by the v1 one (BEP 52). */
  readonly upgraded?: Buffer | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Connects to a peer and shakes hands: encrypted, then plain where that is allowed. */
export async function callPeer(
  address: PeerAddress,
  ours: Handshake,
  encryption: Encryption,
  options: CallOptions = {},
): Promise<Greeting> {
  if (encryption === "off") return await call(address, ours, null, options);
  const ways = encryption === "require" ? RC4 : RC4 | PLAIN;
  const encrypted = await call(address, ours, ways, options);
  if (encrypted.ok || options.signal?.aborted) return encrypted;
  if (encryption === "prefer") {
    const plain = await call(address, ours, null, options);
    if (plain.ok) return plain;
  }
  // libtorrent 2.0 takes one encrypted handshake in 256 for a torrent that it has not, when the secret begins with a zero byte:
  // another key is another secret.
  const isHeard = encrypted.reason === CLOSED && !options.signal?.aborted;
  return isHeard ? await call(address, ours, ways, options) : encrypted;
}

async function call(
  address: PeerAddress,
  ours: Handshake,
  ways: number | null,
  { upgraded, signal }: CallOptions,
): Promise<Greeting> {
  const bytes = encodeHandshake(ours);
  const initiator = ways === null ? null : new EncryptionInitiator(ours.infohash, ways, bytes);
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  const onAbort = (): void => void socket.destroy();
  signal?.addEventListener("abort", onAbort, { once: true });
  socket.once("close", () => signal?.removeEventListener("abort", onAbort));
  socket.once("connect", () => socket.write(initiator?.greeting ?? bytes));
  const mayBeAskedAgain = ways !== null && (ways & PLAIN) !== 0;
  const greeting = await readGreeting(socket, initiator, mayBeAskedAgain ? ENCRYPTED_MS : HANDSHAKE_MS);
  if (!greeting.ok) return greeting;
  const { infohash } = greeting.handshake;
  if (infohash.equals(ours.infohash) || upgraded?.equals(infohash)) return greeting;
  socket.destroy();
  return { ok: false, reason: "has another torrent" };
}

function readGreeting(
  socket: Socket,
  negotiation: Negotiation | null,
  timeoutMs: number = HANDSHAKE_MS,
): Promise<Greeting> {
  return new Promise((resolve) => {
    let held: Buffer = Buffer.alloc(0);
    let cipher: PeerCipher | null = null;
    let isNegotiated = negotiation === null;
    const finish = (greeting: Greeting): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", onError).off("close", onClose);
      // Somebody has to hear of errors, whatever becomes of the connection.
      socket.on("error", () => {});
      if (greeting.ok) socket.pause();
      else socket.destroy();
      resolve(greeting);
    };
    const fail = (reason: string): void => finish({ ok: false, reason });
    const onError = (error: Error): void => fail(errorMessage(error));
    const onClose = (): void => fail(CLOSED);
    const onData = (chunk: Buffer): void => {
      if (isNegotiated) {
        cipher?.decrypt(chunk);
        held = Buffer.concat([held, chunk]);
      } else {
        const step = negotiation?.push(chunk);
        if (step === undefined || step.kind === "failed") {
          fail(step?.reason ?? "");
          return;
        }
        if (step.send) socket.write(step.send);
        if (step.kind === "more") return;
        isNegotiated = true;
        ({ cipher, rest: held } = step);
      }
      if (held.length < HANDSHAKE_BYTES) return;
      const handshake = parseHandshake(held);
      if (handshake === null) fail("speaks another protocol");
      else
        finish({ ok: true, socket, handshake, early: Buffer.from(held.subarray(HANDSHAKE_BYTES)), cipher });
    };
    const timer = setTimeout(() => fail("does not say who it is"), timeoutMs);
    socket.on("data", onData).on("error", onError).on("close", onClose);
  });
}

/** Tells from the first bytes whether a connection is plain or encrypted. */
class IncomingNegotiation implements Negotiation {
  private readonly encryption: Encryption;
  private readonly responder: EncryptionResponder;
  private held = Buffer.alloc(0);
  private isEncrypted: boolean = false;

  constructor(encryption: Encryption, byNumber: (number: string) => Buffer | null) {
    this.encryption = encryption;
    this.responder = new EncryptionResponder(byNumber, encryption === "require" ? RC4 : RC4 | PLAIN);
  }

  push(chunk: Buffer): EncryptionStep {
    if (this.isEncrypted) return this.responder.push(chunk);
    this.held = Buffer.concat([this.held, chunk]);
    if (!startsHandshake(this.held)) {
      if (this.encryption === "off") return { kind: "failed", reason: "speaks another protocol" };
      this.isEncrypted = true;
      return this.responder.push(this.held);
    }
    if (this.encryption === "require") return { kind: "failed", reason: "is not encrypted" };
    if (this.held.length < HANDSHAKE_BYTES) return { kind: "more", send: null };
    return { kind: "done", send: null, infohash: Buffer.alloc(0), cipher: null, rest: this.held };
  }
}
