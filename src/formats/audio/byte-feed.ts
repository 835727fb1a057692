/** What a parser asks its feed for; the feed answers when it has it, or has less because the file has ended. */
export type FeedRequest =
  /** the next bytes, which are then consumed */
  | { readonly kind: "take"; readonly bytes: number }
  /** the next bytes, which stay where they are */
  | { readonly kind: "peek"; readonly bytes: number }
  /** go past so many bytes (Infinity: all that is left), handing them to the sink in pieces */
  | { readonly kind: "pass"; readonly bytes: number; readonly sink: ByteSink | null };

export type ByteSink = (bytes: Uint8Array) => void;

/**
 * A parser written as if it could wait for its bytes. The answer to `pass` is empty; any other answer is
 * only valid until the next request.
 */
export type FeedParser = Generator<FeedRequest, void, Uint8Array>;

const NOTHING = new Uint8Array(0);

/**
 * Drives a parser with a file's bytes, pushed in pieces of any size. Holds no more than the parser peeks at
 * or takes in one go; bytes that are passed are never copied.
 */
export class ByteFeed {
  readonly #parser: FeedParser;
  #request: FeedRequest | null;
  #passed = 0;
  #data: Uint8Array = NOTHING;
  #at = 0;
  #offsetBytes = 0;
  #sizeBytes = 0;

  /** `start` is called at once, with this feed, whose offset the parser may look at. */
  constructor(start: (feed: ByteFeed) => FeedParser) {
    this.#parser = start(this);
    this.#request = null;
    this.#advance(NOTHING);
  }

  /** File offset of the next byte that is not consumed. */
  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  /** Bytes pushed so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  push(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.length;
    if (this.#request === null) return;
    const rest = this.#data.length - this.#at;
    this.#data = rest === 0 ? chunk : Buffer.concat([this.#data.subarray(this.#at), chunk]);
    this.#at = 0;
    this.#run(false);
    // The caller may use the chunk's memory again.
    this.#data = Uint8Array.prototype.slice.call(this.#data, this.#at);
    this.#at = 0;
  }

  finish(): void {
    this.#run(true);
    this.#data = NOTHING;
  }

  #run(final: boolean): void {
    while (this.#request !== null) {
      const request = this.#request;
      const available = this.#data.length - this.#at;
      if (request.kind === "pass") {
        const take = Math.min(request.bytes - this.#passed, available);
        const piece = this.#consume(take);
        if (take > 0 && request.sink !== null) request.sink(piece);
        this.#passed += take;
        if (this.#passed < request.bytes && !final) return;
        this.#advance(NOTHING);
      } else {
        if (available < request.bytes && !final) return;
        const take = Math.min(request.bytes, available);
        this.#advance(
          request.kind === "take" ? this.#consume(take) : this.#data.subarray(this.#at, this.#at + take),
        );
      }
    }
  }

  #consume(bytes: number): Uint8Array {
    const piece = this.#data.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    this.#offsetBytes += bytes;
    return piece;
  }

  #advance(answer: Uint8Array): void {
    this.#passed = 0;
    const next = this.#parser.next(answer);
    this.#request = next.done === true ? null : next.value;
  }
}

export function* take(bytes: number): Generator<FeedRequest, Uint8Array, Uint8Array> {
  return yield { kind: "take", bytes };
}

export function* peek(bytes: number): Generator<FeedRequest, Uint8Array, Uint8Array> {
  return yield { kind: "peek", bytes };
}

export function* pass(bytes: number, sink: ByteSink | null): Generator<FeedRequest, void, Uint8Array> {
  yield { kind: "pass", bytes, sink };
}
