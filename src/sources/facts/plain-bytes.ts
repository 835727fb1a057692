import { sniffCompression } from "../lines/compression.ts";
import { unpacked } from "../lines/unpack.ts";

/** The bytes themselves, unpacked when they are packed. Damaged input throws after what could be unpacked. */
export async function* plainBytes(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await packed.next();
  if (!first.done) yield* unpacked(joined(first.value, packed), sniffCompression(first.value));
}

async function* joined(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
