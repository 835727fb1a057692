/**
 * The peer wire protocol as bytes and values: **handshake** (BEP 3), **messages** (BEP 3, 6, 52) and **extensions** (BEP 9,
 * 10, 11). What a stranger sends is bounded here; what it means is the business of `swarm`.
 */
export * from "./extensions.ts";
export * from "./handshake.ts";
export * from "./message-reader.ts";
export * from "./messages.ts";
export { PeerFault } from "./parse-message.ts";
export * from "./peer-exchange.ts";
export * from "./stream-encryption.ts";
