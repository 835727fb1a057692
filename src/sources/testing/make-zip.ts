import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntrySpec {
  readonly name: string | Buffer;
  readonly content: Buffer | string;
  /** Default: deflated. */
  readonly stored?: boolean;
  /** What the directory claims instead of the truth. */
  readonly claims?: {
    readonly sizeBytes?: number;
    readonly compressedBytes?: number;
    readonly crc32?: number;
    readonly method?: number;
    readonly flags?: number;
    /** Another entry's number: its bytes are claimed as this one's too. */
    readonly bytesOf?: number;
  };
}

/** A zip put together byte by byte, so that it can say things that no archiver would write. */
export function makeZip(entries: readonly ZipEntrySpec[], claimedCount: number = entries.length): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const { name, content, stored = false, claims = {} } of entries) {
    const nameBytes = Buffer.isBuffer(name) ? name : Buffer.from(name);
    const plain = Buffer.isBuffer(content) ? content : Buffer.from(content);
    const data = stored ? plain : deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(claims.flags ?? 0x800, 2);
    fields.writeUInt16LE(claims.method ?? (stored ? 0 : 8), 4);
    fields.writeUInt32LE(claims.crc32 ?? crc32(plain), 10);
    fields.writeUInt32LE(claims.compressedBytes ?? data.length, 14);
    fields.writeUInt32LE(claims.sizeBytes ?? plain.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, nameBytes]);
    offsets.push(offset);
    const header = Buffer.alloc(14);
    header.writeUInt32LE(offsets[claims.bytesOf ?? offsets.length - 1] ?? 0, 10);
    const version = Buffer.from([20, 3]);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), version, fields, header, nameBytes]));
    parts.push(local, data);
    offset += local.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(claimedCount, 4);
  end.writeUInt16LE(claimedCount, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}
