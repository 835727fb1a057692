import { InputFault } from "./input-fault.ts";

/**
 * The first `count` bytes, fewer when there are no more, and all chunks from the start. An input that fails within its head fails
 * when it is read on.
 */
export async function withHead(
  bytes: AsyncIterable<Buffer>,
  count: number,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  let fault: InputFault | null = null;
  let isOver = false;
  while (length < count && !isOver) {
    try {
      const next = await iterator.next();
      if (next.done) isOver = true;
      else {
        // A piece may be good until the next is asked for only.
        first.push(Buffer.from(next.value));
        length += next.value.length;
      }
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      fault = error;
      isOver = true;
    }
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      if (fault !== null) throw fault;
      while (!isOver) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, count), chunks: all() };
}
