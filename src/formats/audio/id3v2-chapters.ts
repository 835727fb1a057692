import { type Chapter, chapterTitle, MAX_CHAPTERS, orderChapters } from "./chapters.ts";
import { type Id3v2Frame, id3v2Frames, id3v2FramesIn } from "./id3v2-frames.ts";
import { u8, u32be } from "./integers.ts";

/** In the place of a time: it is not known. */
const UNKNOWN_TIME = 0xffff_ffff;

/**
 * The chapters of the ID3v2 tag at the start of `bytes`, by start. Where tables of contents name chapters, those that
 * none names are left out: they are hidden. ID3v2 Chapter Frame Addendum 1.0.
 */
export function id3v2Chapters(bytes: Uint8Array): readonly Chapter[] {
  const version = u8(bytes, 3);
  const chapters = new Map<string, Chapter>();
  const named = new Set<string>();
  for (const { id, content } of id3v2Frames(bytes)) {
    if (id === "CTOC") for (const child of tableEntries(content)) named.add(child);
    if (id !== "CHAP" || chapters.size >= MAX_CHAPTERS) continue;
    const element = elementId(content);
    const startMs = element === null ? UNKNOWN_TIME : u32be(content, element.end);
    if (element === null || startMs === UNKNOWN_TIME) continue;
    const title = titleOf(id3v2FramesIn(content.subarray(element.end + 16), version, false));
    chapters.set(element.id, { startMs, title });
  }
  const isListed = [...chapters.keys()].some((id) => named.has(id));
  return orderChapters(
    [...chapters].filter(([id]) => !isListed || named.has(id)).map(([, chapter]) => chapter),
  );
}

/** The identifier at the start of `CHAP` and `CTOC`, and where what follows begins; null without its end. */
function elementId(content: Uint8Array, start = 0): { readonly id: string; readonly end: number } | null {
  const end = content.indexOf(0, start);
  return end < 0 ? null : { id: Buffer.from(content.subarray(start, end)).toString("latin1"), end: end + 1 };
}

function tableEntries(content: Uint8Array): readonly string[] {
  const entries: string[] = [];
  const own = elementId(content);
  if (own === null) return entries;
  const count = u8(content, own.end + 1);
  let at = own.end + 2;
  while (entries.length < count) {
    const entry = elementId(content, at);
    if (entry === null) break;
    entries.push(entry.id);
    at = entry.end;
  }
  return entries;
}

/** ID3v2.4.0 structure, 4: the first byte says how the text is encoded. */
function titleOf(frames: readonly Id3v2Frame[]): string | null {
  const content = frames.find(({ id }) => id === "TIT2")?.content;
  if (content === undefined) return null;
  const text = content.subarray(1);
  switch (u8(content, 0)) {
    case 0:
      return chapterTitle(Buffer.from(text).toString("latin1"));
    case 1: {
      const isBigEndian = u8(text, 0) === 0xfe && u8(text, 1) === 0xff;
      return chapterTitle(new TextDecoder(isBigEndian ? "utf-16be" : "utf-16le").decode(text));
    }
    case 2:
      return chapterTitle(new TextDecoder("utf-16be").decode(text));
    case 3:
      return chapterTitle(new TextDecoder("utf-8").decode(text));
    default:
      return null;
  }
}
