import { parseTarHeader, TAR_BLOCK_BYTES } from "../../formats/tar/header.ts";
import { type TarPlace, TarReader } from "../../formats/tar/reader.ts";
import { InputFault } from "./input-fault.ts";
import { withHead } from "./with-head.ts";

/** A stream of bytes: a file of a tar, or the whole input when it is no tar. */
export interface Member {
  /** Null when the input is no tar. */
  readonly name: string | null;
  /** To be read, as far as one likes, before the next member is asked for. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * The members of a tar one after the other, or the input itself. A tar that is cut or damaged gives what it has, then
 * `InputFault`, from the member that is being read or from here.
 */
export async function* members(bytes: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const input = await withHead(bytes, TAR_BLOCK_BYTES);
  if (!isTar(input.head)) {
    yield { name: null, chunks: input.chunks };
    return;
  }
  const pieces = tarPieces(input.chunks);
  try {
    let piece = await pieces.next();
    const body = async function* (): AsyncGenerator<Buffer> {
      while (!piece.done && piece.value.kind === "data") {
        yield piece.value.chunk;
        piece = await pieces.next();
      }
    };
    while (!piece.done) {
      if (piece.value.kind === "start") {
        const { name } = piece.value;
        piece = await pieces.next();
        yield { name, chunks: body() };
      }
      while (!piece.done && piece.value.kind === "data") piece = await pieces.next();
    }
  } finally {
    await pieces.return(undefined);
  }
}

type Piece =
  | { readonly kind: "start"; readonly name: string }
  | { readonly kind: "data"; readonly chunk: Buffer };

async function* tarPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece, undefined> {
  const reader = new TarReader();
  let offsetBytes = 0;
  /** The file that the bytes at `offsetBytes` may belong to. */
  let open: TarPlace | null = null;
  const dataIn = (chunk: Buffer): Buffer | null => {
    if (open === null) return null;
    const start = Math.max(open.dataOffset - offsetBytes, 0);
    const end = Math.min(open.dataOffset + open.sizeBytes - offsetBytes, chunk.length);
    return start < end ? chunk.subarray(start, end) : null;
  };
  for await (const chunk of chunks) {
    const events = reader.push(chunk);
    const before = dataIn(chunk);
    if (before !== null) yield { kind: "data", chunk: before };
    for (const event of events) {
      if (event.kind === "failed") throw new InputFault(`tar: ${event.reason}`, event.offset);
      if (event.kind === "end") open = null;
      if (event.kind !== "entry") continue;
      open = event;
      yield { kind: "start", name: event.name };
      const data = dataIn(chunk);
      if (data !== null) yield { kind: "data", chunk: data };
    }
    offsetBytes += chunk.length;
  }
  for (const event of reader.finish()) {
    if (event.kind === "failed") throw new InputFault(`tar: ${event.reason}`, event.offset);
  }
}

/** By the checksum of the first header, whatever the name says. */
function isTar(head: Buffer): boolean {
  if (head.length < TAR_BLOCK_BYTES) return false;
  const parsed = parseTarHeader(head);
  return parsed.ok && parsed.header !== null;
}
