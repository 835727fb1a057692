import { asciiAt, u32be, u64be } from "./integers.ts";

/** One box inside bytes at hand. ISO/IEC 14496-12, 4.2. */
export interface Mp4Box {
  readonly type: string;
  /** of the contents, clipped to the bytes there are */
  readonly start: number;
  readonly end: number;
  /** the box claims more bytes than its parent has */
  readonly isCut: boolean;
}

/** Boxes of one level that are looked at; a real file has a few dozen. */
const MAX_BOXES = 4096;

/** The boxes in `bytes[start, end)`, in order; stops at the first header that cannot be. */
export function mp4Boxes(bytes: Uint8Array, start: number, end: number): Mp4Box[] {
  const boxes: Mp4Box[] = [];
  let at = start;
  while (at + 8 <= end && boxes.length < MAX_BOXES) {
    const header = mp4BoxHeader(bytes, at);
    const sizeBytes = header.sizeBytes === 0 ? end - at : header.sizeBytes;
    if (sizeBytes < header.headerBytes) break;
    const boxEnd = Math.min(at + sizeBytes, end);
    boxes.push({
      type: header.type,
      start: Math.min(at + header.headerBytes, boxEnd),
      end: boxEnd,
      isCut: at + sizeBytes > end,
    });
    at = boxEnd;
  }
  return boxes;
}

/** Type and size of the box at `at`. A size of 0 means: to the end of the file. */
export function mp4BoxHeader(
  bytes: Uint8Array,
  at: number,
): { readonly type: string; readonly headerBytes: number; readonly sizeBytes: number } {
  const size32 = u32be(bytes, at);
  const type = asciiAt(bytes, at + 4, 4);
  return size32 === 1
    ? { type, headerBytes: 16, sizeBytes: u64be(bytes, at + 8) }
    : { type, headerBytes: 8, sizeBytes: size32 };
}

/** The first box of the path, such as `mdia.minf.stbl`, below `bytes[start, end)`; its depth bounds the walk. */
export function findMp4Box(bytes: Uint8Array, start: number, end: number, path: string): Mp4Box | null {
  let found: Mp4Box | null = null;
  let from = start;
  let to = end;
  for (const type of path.split(".")) {
    found = mp4Boxes(bytes, from, to).find((box) => box.type === type) ?? null;
    if (found === null) return null;
    from = found.start;
    to = found.end;
  }
  return found;
}
