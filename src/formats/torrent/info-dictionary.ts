import { createHash } from "node:crypto";
import { FailedError } from "../../core/errors.ts";
import { unsafePathReason } from "../../core/safe-path.ts";
import { type BencodeValue, encodeBencode } from "../bencode/encode.ts";
import { requirePieceLength, SHA1_BYTES } from "./merkle.ts";

/** How the torrent lies on disk: files below a folder called `name`, or one file called `name`. */
export type TorrentLayout = "folder" | "file";

/** An info dictionary, as its own bytes: these are what the infohashes are of. */
export interface TorrentInfo {
  readonly infoBytes: Buffer;
  /** 20 bytes: SHA-1 of `infoBytes` (BEP 3). */
  readonly infohashV1: Buffer;
  /** 32 bytes: SHA-256 of `infoBytes` (BEP 52); null for a v1-only torrent. */
  readonly infohashV2: Buffer | null;
  /** Piece layers by the hex of their pieces root, to stand outside info; null for a v1-only torrent. */
  readonly pieceLayers: ReadonlyMap<string, Buffer> | null;
}

export interface V1File {
  /** Names of the folders and of the file, without the torrent's own name. */
  readonly path: readonly string[];
  readonly sizeBytes: number;
}

export interface V1InfoOptions {
  readonly name: string;
  readonly pieceLengthBytes: number;
  /** In the order in which their bytes were hashed. */
  readonly files: readonly V1File[];
  /** 20 bytes for each piece, as `V1StreamHasher` gives them. */
  readonly pieces: Buffer;
  /** `folder` unless told. A `file` torrent has one file whose path is the name. */
  readonly layout?: TorrentLayout;
}

/**
 * Writes the info dictionary of a v1-only torrent (BEP 3): `files` (or `length`), `name`, `piece length`, `pieces`. Files
 * stand in the order given, without pads, which is what libtorrent 2.0.8 makes of them with its flag `v1_only`.
 * Throws `FailedError` for an unsafe path, a path that stands twice, or no bytes at all; `RangeError` when the pieces do not
 * fit the files.
 */
export function buildV1Info(options: V1InfoOptions): TorrentInfo {
  const { name, pieceLengthBytes, files, pieces, layout = "folder" } = options;
  requireLayout(name, pieceLengthBytes, files, layout);
  const pieceCount = Math.ceil(totalBytes(files) / pieceLengthBytes);
  if (pieces.length !== pieceCount * SHA1_BYTES) {
    throw new RangeError(`${pieces.length / SHA1_BYTES} pieces for files of ${pieceCount}`);
  }
  const infoBytes = encodeBencode(
    new Map<string, BencodeValue>([
      v1FilesMember(files, layout),
      ["name", name],
      ["piece length", pieceLengthBytes],
      ["pieces", pieces],
    ]),
  );
  return { infoBytes, infohashV1: sha1(infoBytes), infohashV2: null, pieceLayers: null };
}

/** The v1 half of an info dictionary: `length` of the only file, or `files`, where a file may be a pad (BEP 47). */
export function v1FilesMember(
  files: readonly (V1File & { readonly isPad?: boolean })[],
  layout: TorrentLayout,
): [string, BencodeValue] {
  if (layout === "file") return ["length", files[0]?.sizeBytes ?? 0];
  return [
    "files",
    files.map((file) => {
      const entry = new Map<string, BencodeValue>([
        ["length", file.sizeBytes],
        ["path", file.path],
      ]);
      return file.isPad ? entry.set("attr", "p") : entry;
    }),
  ];
}

/** Throws for what no torrent of ours may hold; see `buildV1Info`. */
export function requireLayout(
  name: string,
  pieceLengthBytes: number,
  files: readonly V1File[],
  layout: TorrentLayout,
): void {
  requirePieceLength(pieceLengthBytes);
  const nameFault = segmentFault(name);
  if (nameFault !== null) throw new FailedError(`a torrent cannot be called "${name}": ${nameFault}`);
  if (layout === "file" && (files.length !== 1 || files[0]?.path.join("/") !== name)) {
    throw new RangeError("a torrent of one file has that file's name");
  }
  if (totalBytes(files) === 0) throw new FailedError(`torrent "${name}" would hold no bytes`);
  const tree = new PathTree();
  for (const { path } of files) {
    const fault =
      pathFault(path) ??
      (path[0] === ".pad" ? 'its folder ".pad" is kept for pads' : null) ??
      // libtorrent saves a file under another name when one differs from it by case only.
      tree.add(path.map((segment) => segment.toLowerCase()));
    if (fault !== null)
      throw new FailedError(`"${path.join("/")}" cannot stand in torrent "${name}": ${fault}`);
  }
}

/** Why these names are not a safe path, or null when they are. */
export function pathFault(path: readonly string[]): string | null {
  if (path.some((segment) => segment.includes("/"))) return "a name with a slash";
  return unsafePathReason(path.join("/"));
}

/** Why this is not the safe name of one file or folder, or null when it is. */
export function segmentFault(name: string): string | null {
  return name.includes("/") ? "a name with a slash" : unsafePathReason(name);
}

type PathNode = Map<string, PathNode | null>;

/** The paths of a torrent, in which none stands twice and no file is also a folder. */
export class PathTree {
  private readonly root: PathNode = new Map();

  /** Adds a file; says what is wrong with it, or null. Takes time in proportion to the number of names in `path`. */
  add(path: readonly string[]): string | null {
    let folder = this.root;
    for (const name of path.slice(0, -1)) {
      const next: PathNode | null = folder.get(name) ?? (folder.has(name) ? null : new Map());
      if (next === null) return "a file stands where its folder is";
      folder.set(name, next);
      folder = next;
    }
    const name = path[path.length - 1] ?? "";
    if (folder.has(name)) return "the path stands twice";
    folder.set(name, null);
    return null;
  }
}

export function sha1(bytes: Buffer): Buffer {
  return createHash("sha1").update(bytes).digest();
}

export function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function totalBytes(files: readonly V1File[]): number {
  let total = 0;
  for (const { sizeBytes } of files) {
    total += sizeBytes;
    if (!Number.isSafeInteger(total) || sizeBytes < 0)
      throw new RangeError(`${sizeBytes} is not a size in bytes`);
  }
  return total;
}
