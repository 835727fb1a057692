import { encodeOpusHead, encodeOpusTags, type OpusHead } from "./opus-head.ts";
import { opusPacketSamples } from "./packet-samples.ts";
import { encodePage, MAX_PAGE_SEGMENTS } from "./page.ts";

export interface OggOpusStream {
  /** unsigned 32-bit; give the same one each time for the same bytes each time */
  readonly serial: number;
  readonly head: OpusHead;
  readonly tags: {
    readonly vendor: string;
    readonly comments: readonly (readonly [key: string, value: string])[];
  };
  /** most samples (48 kHz) that a page may hold; one second by default, as RFC 7845, 6, advises */
  readonly pageSamples?: number;
}

/**
 * Muxes Opus packets into Ogg pages. The same stream and packets always give the same bytes.
 *
 * ```ts
 * const writer = new OggPageWriter({ serial: 1, head, tags });
 * out.push(writer.start());
 * for (const packet of packets) out.push(...writer.packet(packet));
 * out.push(writer.finish(totalSamples));
 * ```
 */
export class OggPageWriter {
  readonly #stream: OggOpusStream;
  readonly #pageSamples: number;
  #sequence = 0;
  #granule = 0;
  #lacing: number[] = [];
  #packets: Uint8Array[] = [];
  #samples = 0;

  /** @throws RangeError when a header field does not fit */
  constructor(stream: OggOpusStream) {
    this.#stream = stream;
    this.#pageSamples = stream.pageSamples ?? 48_000;
  }

  /** The header pages: OpusHead alone on the first, OpusTags on as many as it needs. RFC 7845, 3. */
  start(): Uint8Array {
    const head = encodeOpusHead(this.#stream.head);
    const pages = [this.#page({ bos: true, granule: 0n, lacing: lacingOf(head.length), body: head })];
    const tags = encodeOpusTags(this.#stream.tags);
    const lacing = lacingOf(tags.length);
    for (let at = 0, bodyAt = 0; at < lacing.length; at += MAX_PAGE_SEGMENTS) {
      const part = lacing.slice(at, at + MAX_PAGE_SEGMENTS);
      const bodyBytes = part.reduce((sum, value) => sum + value, 0);
      const isLast = at + MAX_PAGE_SEGMENTS >= lacing.length;
      pages.push(
        this.#page({
          continued: at > 0,
          granule: isLast ? 0n : null,
          lacing: part,
          body: tags.subarray(bodyAt, bodyAt + bodyBytes),
        }),
      );
      bodyAt += bodyBytes;
    }
    return Buffer.concat(pages);
  }

  /**
   * Takes one packet; gives the page before it when that is full. One page is always held back, because the
   * last one has to be marked.
   *
   * @throws RangeError when the bytes are no Opus packet or do not fit a page
   */
  packet(packet: Uint8Array): Uint8Array[] {
    const samples = opusPacketSamples(packet, 0, packet.length);
    if (samples === null) throw new RangeError("not an Opus packet");
    const lacing = lacingOf(packet.length);
    if (lacing.length > MAX_PAGE_SEGMENTS) throw new RangeError("an Opus packet larger than a page");
    const isFull =
      this.#samples + samples > this.#pageSamples || this.#lacing.length + lacing.length > MAX_PAGE_SEGMENTS;
    const pages = this.#packets.length > 0 && isFull ? [this.#flush(null)] : [];
    this.#lacing.push(...lacing);
    this.#packets.push(packet);
    this.#samples += samples;
    return pages;
  }

  /**
   * The last page. `totalSamples` is what the file shall decode to at 48 kHz, pre-skip not counted; without
   * it nothing is trimmed. RFC 7845, 4.4.
   *
   * @throws RangeError without any packet, or when the trim does not lie within the last page
   */
  finish(totalSamples?: number): Uint8Array {
    if (this.#packets.length === 0) throw new RangeError("a stream without packets");
    const heldGranule = this.#granule + this.#samples;
    const granule =
      totalSamples === undefined ? heldGranule : totalSamples + this.#stream.head.preSkipSamples;
    if (granule > heldGranule)
      throw new RangeError(`${granule - heldGranule} samples more than were written`);
    if (granule < this.#granule) throw new RangeError("the trim reaches back before the last page");
    return this.#flush(granule);
  }

  #flush(endGranule: number | null): Uint8Array {
    this.#granule += this.#samples;
    const page = this.#page({
      eos: endGranule !== null,
      granule: BigInt(endGranule ?? this.#granule),
      lacing: this.#lacing,
      body: Buffer.concat(this.#packets),
    });
    this.#lacing = [];
    this.#packets = [];
    this.#samples = 0;
    return page;
  }

  #page(page: Omit<Parameters<typeof encodePage>[0], "serial" | "sequence">): Uint8Array {
    return encodePage({ ...page, serial: this.#stream.serial, sequence: this.#sequence++ });
  }
}

/** Lacing values of one packet: as many 255 as fit, then the rest, which may be 0. RFC 3533, 5. */
function lacingOf(packetBytes: number): number[] {
  const lacing = new Array<number>(Math.floor(packetBytes / 255)).fill(255);
  lacing.push(packetBytes % 255);
  return lacing;
}
