import { unsafePathReason } from "../../core/safe-path.ts";
import {
  type ExtensionType,
  isExtensionType,
  NO_OVERRIDES,
  type Overrides,
  readExtension,
} from "./extended-header.ts";
import { parseTarHeader, TAR_BLOCK_BYTES, type TarHeader } from "./header.ts";
import { MAX_PAX_BYTES } from "./pax-records.ts";

/** Where an entry stands in the archive. */
export interface TarPlace {
  /** Where its first header begins: the extended header when there is one. */
  readonly headerOffset: number;
  readonly dataOffset: number;
  readonly sizeBytes: number;
}

export type TarEvent =
  /** A regular file with a safe name. The same name may come again: that is for the caller to judge. */
  | ({ readonly kind: "entry"; readonly name: string } & TarPlace)
  /** Something that must not be unpacked; its bytes are passed over and reading goes on. `name` is as it stands. */
  | ({ readonly kind: "refused"; readonly name: string; readonly reason: string } & TarPlace)
  /** The two blocks of zeros; `offset` is where they begin. Only zeros may follow. */
  | { readonly kind: "end"; readonly offset: number }
  /** Reading cannot go on; nothing more comes. */
  | { readonly kind: "failed"; readonly reason: string; readonly offset: number };

/**
 * Reads a tar (v7, ustar, pax, GNU long names) from chunks of any size, holding no more of it than one block or one extended
 * header of at most 1 MiB. Stricter than most: what two readers may understand differently is refused.
 */
export class TarReader {
  private offset = 0;
  private readonly block: Buffer = Buffer.alloc(TAR_BLOCK_BYTES);
  private blockFill = 0;
  /** Bytes of a file, and of its padding, still to be passed over. */
  private skipBytes = 0;
  private extension: Extension | null = null;
  private pending: Pending = NOTHING_PENDING;
  private zeroBlocks = 0;
  private hasFailed: boolean = false;
  private events: TarEvent[] = [];

  /** Takes the next bytes; gives what they complete. */
  push(chunk: Uint8Array): readonly TarEvent[] {
    return this.collect(() => {
      let position = 0;
      while (position < chunk.length) {
        const taken = this.take(chunk.subarray(position));
        this.offset += taken;
        position += taken;
        if (this.blockFill === TAR_BLOCK_BYTES) this.closeBlock();
      }
    });
  }

  /** The archive ends here; gives a `failed` event when it should not. */
  finish(): readonly TarEvent[] {
    return this.collect(() => {
      if (this.zeroBlocks < 2) throw new TarFault("ends before its two blocks of zeros");
      if (this.offset % TAR_BLOCK_BYTES !== 0) throw new TarFault("ends within a block");
    });
  }

  private collect(work: () => void): readonly TarEvent[] {
    try {
      if (!this.hasFailed) work();
    } catch (error) {
      if (!(error instanceof TarFault)) throw error;
      this.hasFailed = true;
      this.events.push({ kind: "failed", reason: error.message, offset: this.offset });
    }
    const events = this.events;
    this.events = [];
    return events;
  }

  private take(rest: Uint8Array): number {
    if (this.skipBytes > 0) {
      const taken = Math.min(this.skipBytes, rest.length);
      this.skipBytes -= taken;
      return taken;
    }
    if (this.zeroBlocks === 2) {
      const taken = Math.min(rest.length, ZEROS.length);
      if (ZEROS.compare(rest, 0, taken, 0, taken) !== 0) throw new TarFault("bytes after the end");
      return taken;
    }
    const taken = Math.min(TAR_BLOCK_BYTES - this.blockFill, rest.length);
    this.block.set(rest.subarray(0, taken), this.blockFill);
    this.blockFill += taken;
    return taken;
  }

  private closeBlock(): void {
    this.blockFill = 0;
    if (this.extension !== null) {
      this.extension.blocks.push(Buffer.from(this.block));
      const isWhole = this.extension.blocks.length * TAR_BLOCK_BYTES >= this.extension.sizeBytes;
      if (isWhole) this.closeExtension(this.extension);
      return;
    }
    const result = parseTarHeader(this.block);
    if (!result.ok) throw new TarFault(result.reason);
    if (result.header === null) this.closeZeroBlock();
    else if (this.zeroBlocks > 0) throw new TarFault("a header after a block of zeros");
    else if (isExtensionType(result.header.type)) this.openExtension(result.header, result.header.type);
    else this.closeEntry(result.header);
  }

  private closeZeroBlock(): void {
    if (this.pending.types !== "") throw new TarFault("an extended header without its entry");
    this.zeroBlocks += 1;
    if (this.zeroBlocks === 2) this.events.push({ kind: "end", offset: this.offset - 2 * TAR_BLOCK_BYTES });
  }

  private openExtension({ sizeBytes }: TarHeader, type: ExtensionType): void {
    if (sizeBytes > MAX_PAX_BYTES)
      throw new TarFault(`an extended header of more than ${MAX_PAX_BYTES} bytes`);
    if (this.pending.types.includes(type))
      throw new TarFault("two extended headers of one kind before an entry");
    const extension: Extension = { type, sizeBytes, startOffset: this.offset - TAR_BLOCK_BYTES, blocks: [] };
    if (sizeBytes === 0) this.closeExtension(extension);
    else this.extension = extension;
  }

  private closeExtension({ type, sizeBytes, startOffset, blocks }: Extension): void {
    this.extension = null;
    const bytes = Buffer.concat(blocks).subarray(0, sizeBytes);
    const result = readExtension(type, bytes, this.pending.overrides);
    if (!result.ok) throw new TarFault(result.reason);
    this.pending = {
      types: this.pending.types + type,
      startOffset: this.pending.startOffset ?? startOffset,
      overrides: result.overrides,
    };
  }

  private closeEntry(header: TarHeader): void {
    const { overrides, startOffset } = this.pending;
    this.pending = NOTHING_PENDING;
    const sizeBytes = overrides.sizeBytes ?? header.sizeBytes;
    const paddedBytes = Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
    if (!Number.isSafeInteger(this.offset + paddedBytes)) throw new TarFault("a size out of bounds");
    const nameBytes = overrides.nameBytes ?? header.nameBytes;
    // Before there was a type for it, a directory was a file whose name ends in a slash.
    const type = header.type === "0" && nameBytes.at(-1) === SLASH ? "5" : header.type;
    const fault = overrides.isSparse ? "a sparse file" : typeFault(type);
    // Readers do not agree on how many bytes follow such a header.
    if (sizeBytes > 0 && AMBIGUOUS_TYPES.includes(type)) {
      throw new TarFault(`${fault ?? "an entry"} with bytes of its own`);
    }
    this.skipBytes = paddedBytes;
    const place: TarPlace = {
      headerOffset: startOffset ?? this.offset - TAR_BLOCK_BYTES,
      dataOffset: this.offset,
      sizeBytes,
    };
    const name = nameBytes.toString("utf8");
    const reason =
      fault ?? (Buffer.from(name).equals(nameBytes) ? unsafePathReason(name) : "name is not UTF-8");
    if (reason === null) this.events.push({ kind: "entry", name, ...place });
    else this.events.push({ kind: "refused", name, reason, ...place });
  }
}

class TarFault extends Error {}

interface Extension {
  readonly type: ExtensionType;
  readonly sizeBytes: number;
  readonly startOffset: number;
  readonly blocks: Buffer[];
}

/** What the extended headers so far say about the next entry. */
interface Pending {
  /** Each of their types. */
  readonly types: string;
  readonly startOffset: number | null;
  readonly overrides: Overrides;
}

const NOTHING_PENDING: Pending = { types: "", startOffset: null, overrides: NO_OVERRIDES };
const SLASH = 0x2f;
const ZEROS: Buffer = Buffer.alloc(64 * 1024);
/** Links, devices, directories and pipes, which have no bytes, and GNU sparse files, whose maps may go on in more blocks. */
const AMBIGUOUS_TYPES = "123456S";

/** Why an entry of this type is refused, or null for a regular file. */
function typeFault(type: string): string | null {
  switch (type) {
    case "0":
      return null;
    case "1":
      return "a hard link";
    case "2":
      return "a symbolic link";
    case "3":
    case "4":
      return "a device";
    case "5":
      return "a directory";
    case "6":
      return "a pipe";
    case "S":
      return "a sparse file";
    default:
      return `an entry of type ${JSON.stringify(type)}`;
  }
}
