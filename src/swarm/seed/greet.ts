import type { Socket } from "node:net";
import { HANDSHAKE_BYTES, type Handshake, parseHandshake } from "../../formats/peer-wire/index.ts";

/** Longest that a stranger may take to say who it is. */
const HANDSHAKE_MS = 10_000;

export interface Greeting {
  readonly handshake: Handshake;
  /** What came behind it. */
  readonly early: Buffer;
}

/** Waits for the handshake of a connection, whoever opened it. Null, and the socket is closed, when none comes. */
export function awaitHandshake(socket: Socket, timeoutMs = HANDSHAKE_MS): Promise<Greeting | null> {
  return new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const finish = (greeting: Greeting | null): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", onEnd).off("close", onEnd);
      if (greeting === null) socket.destroy();
      // Nothing may come and go before the next one listens.
      else socket.pause();
      resolve(greeting);
    };
    const onEnd = (): void => finish(null);
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      if (held.length < HANDSHAKE_BYTES) return;
      const handshake = parseHandshake(held);
      finish(handshake && { handshake, early: Buffer.from(held.subarray(HANDSHAKE_BYTES)) });
    };
    const timer = setTimeout(onEnd, timeoutMs);
    socket.on("data", onData).on("error", onEnd).on("close", onEnd);
  });
}
