import {
  EXTENSION_HANDSHAKE,
  encodeExtensionHandshake,
  encodeMetadataMessage,
  encodePeerExchange,
  METADATA_PIECE_BYTES,
  PeerFault,
  type PeerMessage,
  parseExtensionHandshake,
  parseMetadataMessage,
} from "../../formats/peer-wire/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ExchangeMember, PeerExchanges } from "../peer/peer-exchanges.ts";

/** Our own numbers. */
const OUR_METADATA_ID = 1;
const OUR_EXCHANGE_ID = 2;
const CLIENT = "Deadwax";

export interface SeedExtensionsOptions {
  readonly torrent: ParsedTorrent;
  readonly exchanges: PeerExchanges;
  /** The infohash of the connection, as hex. */
  readonly swarm: string;
  /** The peer's address. */
  readonly host: string;
  /** Where we called it; null when it called us. */
  readonly calledPort: number | null;
  readonly maxRequests: number;
  /** BEP 21: the peer sees at once that it has nothing for us. */
  readonly isUploadOnly: boolean;
  readonly send: (extension: number, payload: Buffer) => void;
}

/** What one connection says beyond BEP 3 (BEP 10): metadata (BEP 9), and who else is there (BEP 11, never for a private torrent). */
export class SeedExtensions {
  private readonly options: SeedExtensionsOptions;
  private peerMetadataId: number | null = null;
  private member: ExchangeMember | null = null;

  constructor(options: SeedExtensionsOptions) {
    this.options = options;
  }

  introduction(): Extract<PeerMessage, { kind: "extended" }> {
    const { torrent, maxRequests, isUploadOnly } = this.options;
    const payload = encodeExtensionHandshake({
      extensions: new Map([
        ["ut_metadata", OUR_METADATA_ID],
        ...(torrent.isPrivate ? [] : [["ut_pex", OUR_EXCHANGE_ID] as const]),
      ]),
      metadataBytes: torrent.infoBytes.length,
      maxRequests,
      port: null,
      client: CLIENT,
      isUploadOnly,
    });
    return { kind: "extended", extension: EXTENSION_HANDSHAKE, payload };
  }

  /** Throws `PeerFault`. What a peer says of others is passed over: we have everything, and wait for those who want it. */
  hear(extension: number, payload: Buffer): void {
    if (extension === EXTENSION_HANDSHAKE) this.hearHandshake(payload);
    else if (extension === OUR_METADATA_ID) this.answerMetadata(payload);
  }

  leave(): void {
    if (this.member) this.options.exchanges.leave(this.options.swarm, this.member);
    this.member = null;
  }

  private hearHandshake(payload: Buffer): void {
    const handshake = parseExtensionHandshake(payload);
    if (handshake === null) throw new PeerFault("sends no extended handshake where one is due");
    this.peerMetadataId = handshake.extensions.get("ut_metadata") ?? null;
    const { torrent, exchanges, swarm, host, calledPort, send } = this.options;
    if (torrent.isPrivate || this.member !== null) return;
    const id = handshake.extensions.get("ut_pex");
    this.member = {
      host,
      port: calledPort ?? handshake.port,
      tell: id === undefined ? null : (exchange) => send(id, encodePeerExchange(exchange)),
    };
    exchanges.join(swarm, this.member);
  }

  private answerMetadata(payload: Buffer): void {
    const message = parseMetadataMessage(payload);
    if (message?.kind !== "request" || this.peerMetadataId === null) return;
    const { infoBytes } = this.options.torrent;
    const { piece } = message;
    const start = piece * METADATA_PIECE_BYTES;
    const data = infoBytes.subarray(start, start + METADATA_PIECE_BYTES);
    const answer =
      start < infoBytes.length
        ? { kind: "data" as const, piece, totalBytes: infoBytes.length, data }
        : { kind: "reject" as const, piece };
    this.options.send(this.peerMetadataId, encodeMetadataMessage(answer));
  }
}
