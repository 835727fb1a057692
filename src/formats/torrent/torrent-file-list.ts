import { type BencodeDictionary, type BencodeItem, bencodeMember } from "../bencode/decode.ts";
import { PathTree, pathFault, type TorrentLayout } from "./info-dictionary.ts";
import { SHA256_BYTES } from "./merkle.ts";
import {
  quoted,
  requireBytes,
  requireCount,
  requireDictionary,
  requireList,
  requireText,
  TorrentFault,
} from "./torrent-fields.ts";

/** A file of a parsed torrent. */
export interface ParsedTorrentFile {
  /** Names of the folders and of the file, without the torrent's own name; of one-file torrents that name alone. */
  readonly path: readonly string[];
  readonly sizeBytes: number;
  /** Where the file begins in the stream of bytes that the pieces cut. */
  readonly offsetBytes: number;
  /** BEP 47: zeros that are in the stream and not on disk. */
  readonly isPad: boolean;
  /** BEP 52; null for an empty file, a pad, and in a v1-only torrent. */
  readonly piecesRoot: Buffer | null;
}

/** Reads `files` or `length` of a v1 or hybrid info dictionary (BEP 3, BEP 47), in the order of the stream. */
export function parseV1Files(
  info: BencodeDictionary,
  name: string,
): { readonly files: readonly ParsedTorrentFile[]; readonly layout: TorrentLayout } {
  const length = bencodeMember(info, "length");
  const list = bencodeMember(info, "files");
  if ((length === undefined) === (list === undefined))
    throw new TorrentFault('one of "length" and "files" is needed');
  if (length !== undefined) {
    const sizeBytes = requireCount(length, "length");
    return {
      files: [{ path: [name], sizeBytes, offsetBytes: 0, isPad: false, piecesRoot: null }],
      layout: "file",
    };
  }
  const tree = new PathTree();
  let offsetBytes = 0;
  const files = requireList(list, "files").map((item): ParsedTorrentFile => {
    const entry = parseV1Entry(item);
    // Pads of one length share a path, and no client needs to write them.
    if (!entry.isPad) addPath(tree, entry.path);
    const file = { ...entry, offsetBytes, piecesRoot: null };
    offsetBytes = safeSum(offsetBytes, entry.sizeBytes);
    return file;
  });
  if (files.length === 0) throw new TorrentFault("no files");
  return { files, layout: "folder" };
}

/** Reads `file tree` of a v2 or hybrid info dictionary (BEP 52), in the order of the tree; each file begins with a piece. */
export function parseFileTree(
  info: BencodeDictionary,
  pieceLengthBytes: number,
): readonly ParsedTorrentFile[] {
  const files: ParsedTorrentFile[] = [];
  let offsetBytes = 0;
  const walk = (folder: BencodeDictionary, path: readonly string[]) => {
    if (folder.size === 0) throw new TorrentFault("file tree holds an empty folder");
    for (const [key, item] of folder) {
      const below = requireDictionary(item, "a node of the file tree");
      if (key.length === 0) throw new TorrentFault("file tree has a file that is also a folder");
      const here = [...path, requireText(key, "a name in the file tree")];
      const leaf = bencodeMember(below, "");
      if (leaf === undefined) {
        walk(below, here);
      } else {
        if (below.size !== 1) throw new TorrentFault("file tree has a file that is also a folder");
        // A duplicate cannot be: keys of a dictionary stand once, and a file has nothing below it.
        addPath(null, here);
        const file = parseLeaf(requireDictionary(leaf, "a file of the file tree"));
        files.push({ path: here, ...file, offsetBytes, isPad: false });
        offsetBytes = safeSum(offsetBytes, Math.ceil(file.sizeBytes / pieceLengthBytes) * pieceLengthBytes);
      }
    }
  };
  walk(requireDictionary(bencodeMember(info, "file tree"), "file tree"), []);
  return files;
}

function parseV1Entry(item: BencodeItem): Pick<ParsedTorrentFile, "path" | "sizeBytes" | "isPad"> {
  const entry = requireDictionary(item, "a file");
  const path = textList(bencodeMember(entry, "path"), "path");
  const other = bencodeMember(entry, "path.utf-8");
  if (other !== undefined && textList(other, "path.utf-8").join("/") !== path.join("/")) {
    throw new TorrentFault("path and path.utf-8 differ");
  }
  return {
    path,
    sizeBytes: requireCount(bencodeMember(entry, "length"), "length of a file"),
    isPad: attributes(entry).includes("p"),
  };
}

function parseLeaf(leaf: BencodeDictionary): Pick<ParsedTorrentFile, "sizeBytes" | "piecesRoot"> {
  if (attributes(leaf).includes("p")) throw new TorrentFault("file tree holds a pad");
  const sizeBytes = requireCount(bencodeMember(leaf, "length"), "length of a file");
  const root = bencodeMember(leaf, "pieces root");
  if (sizeBytes === 0) {
    if (root !== undefined) throw new TorrentFault("an empty file has a pieces root");
    return { sizeBytes, piecesRoot: null };
  }
  const piecesRoot = requireBytes(root, "pieces root");
  if (piecesRoot.length !== SHA256_BYTES) throw new TorrentFault(`pieces root is not ${SHA256_BYTES} bytes`);
  return { sizeBytes, piecesRoot: Buffer.from(piecesRoot) };
}

/** BEP 47: `p` pad, `x` executable, `h` hidden; a symlink (`l`) is refused, it could lead out of the folder. */
function attributes(entry: BencodeDictionary): string {
  const item = bencodeMember(entry, "attr");
  const attr = item === undefined ? "" : requireBytes(item, "attr").toString("latin1");
  if (attr.includes("l") || bencodeMember(entry, "symlink path") !== undefined)
    throw new TorrentFault("holds a symlink");
  return attr;
}

function textList(item: BencodeItem | undefined, what: string): readonly string[] {
  return requireList(item, what).map((name) => requireText(name, what));
}

function addPath(tree: PathTree | null, path: readonly string[]): void {
  const fault = pathFault(path) ?? tree?.add(path) ?? null;
  if (fault !== null) throw new TorrentFault(`path ${quoted(path.join("/"))} is refused: ${fault}`);
}

function safeSum(a: number, b: number): number {
  if (!Number.isSafeInteger(a + b)) throw new TorrentFault("files are larger than can be counted");
  return a + b;
}
