import { IntegrityError, type Progress } from "../../core/index.ts";
import type { ParsedTorrent } from "../../formats/torrent/parse-torrent.ts";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import { BLOCK_BYTES, type Block, BlockLedger, KEPT } from "./block-ledger.ts";
import type { BlockSource } from "./block-source.ts";
import { fetchBlocks } from "./fetch-blocks.ts";
import { PartFile } from "./part-file.ts";
import type { Proof } from "./proof.ts";
import { Sources } from "./sources.ts";
import type { V1Stretch } from "./v1-pieces.ts";
import { findWrongBlocks } from "./wrong-blocks.ts";

export interface FetchStretchOptions {
  readonly torrent: ParsedTorrent;
  readonly file: ParsedTorrentFile;
  /** Within the file; end excluded. */
  readonly startBytes: number;
  readonly endBytes: number;
  /** Whether the bytes are the right ones. */
  readonly proof: Proof;
  /** Finds what is wrong when the proof does not hold, in groups that are right or wrong together; without it leaves are asked for. */
  readonly findWrong?: V1Stretch["findWrong"];
  /** Names what is fetched: a part of something else that lies at `path` is not gone on with. */
  readonly key: string;
  /** Where they go; see `PartFile`. */
  readonly path: string;
  readonly openSources: () => Promise<Sources<BlockSource>>;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedStretch {
  /** Everything that came over the wire for it, in this run. */
  readonly receivedBytes: number;
  /** From the call to the first block, connecting to the sources included; null when nothing was missing. */
  readonly firstByteMs: number | null;
  /** Blocks that were there from an earlier run. */
  readonly keptBlocks: number;
  /** Sources that gave wrong bytes. */
  readonly liars: readonly string[];
}

/** Rounds of finding out who lied; each loses one source at least. */
const MAX_ROUNDS = 10;

/**
 * Gets a stretch of a file in whole blocks of 16 KiB from all sources at once, and proves it. When that does not
 * hold, the wrong blocks are found by the leaves of the file's tree; who gave them is let go, and they come again from elsewhere.
 * What has come is left at `path` when it fails or is stopped, and is not asked for again.
 *
 * Throws `FailedError` when no source has it, `IntegrityError` when what they have is not it.
 */
export async function fetchStretch(options: FetchStretchOptions): Promise<FetchedStretch> {
  const { file, startBytes, endBytes, proof, key, path, signal, progress } = options;
  const first = file.offsetBytes + Math.floor(startBytes / BLOCK_BYTES) * BLOCK_BYTES;
  const last = Math.min(
    file.offsetBytes + Math.ceil(endBytes / BLOCK_BYTES) * BLOCK_BYTES,
    file.offsetBytes + file.sizeBytes,
  );
  const ledger = new BlockLedger(first, last);
  const part = await PartFile.open({
    path,
    key,
    startBytes: file.offsetBytes + startBytes,
    endBytes: file.offsetBytes + endBytes,
    blocks: ledger.blocks,
  });
  for (const index of part.kept) ledger.keep(index);
  progress?.advance(part.kept.length * BLOCK_BYTES);
  const startedMs = performance.now();
  let firstByteMs: number | null = null;
  const liars = new Set<string>();
  const isHonest = ({ name }: BlockSource): boolean => !liars.has(name);
  let sources = new Sources<BlockSource>();
  let isOpen = false;
  const open = async (): Promise<void> => {
    if (!isOpen) sources = await options.openSources();
    isOpen = true;
  };
  let isDone = false;
  try {
    if (!ledger.isComplete) await open();
    const keep = async (block: Block, bytes: Buffer): Promise<void> => {
      firstByteMs ??= performance.now() - startedMs;
      await part.keep(block, bytes);
      progress?.advance(bytes.length);
    };
    let mayAsk = isHonest;
    for (let round = 0; !isDone; round += 1) {
      await fetchBlocks({ ledger, sources, mayAsk, keep, signal });
      isDone = await proof(part.chunks());
      if (isDone) break;
      await open();
      const givers = [...ledger.givers().keys()].filter((name) => name !== KEPT);
      const found = round < MAX_ROUNDS ? await takeBackWrongBlocks(options, ledger, part, sources) : null;
      // What one source alone gave, and is wrong, is its own fault.
      for (const name of found?.liars ?? (givers.length === 1 ? givers : [])) liars.add(name);
      while (sources.isSearching && !sources.all.some(isHonest)) await sources.changed();
      const honest = sources.all.find(isHonest);
      if (honest === undefined || round === MAX_ROUNDS) throw notIt(file, sources.all);
      // Where it is not clear who lied, what is missing comes again from one source after the other.
      mayAsk = found?.isClear ? isHonest : (source) => source === honest;
    }
    return {
      receivedBytes: sources.receivedBytes,
      firstByteMs,
      keptBlocks: part.kept.length,
      liars: [...liars],
    };
  } finally {
    sources.close();
    await part.close(isDone);
  }
}

interface FoundLiars {
  readonly liars: readonly string[];
  /** False when some of what was wrong came from several, and it cannot be said from whom. */
  readonly isClear: boolean;
}

/** Makes what is wrong missing again. Null when it cannot be said what is, and then all is missing. */
async function takeBackWrongBlocks(
  { file, findWrong }: FetchStretchOptions,
  ledger: BlockLedger,
  part: PartFile,
  sources: Sources<BlockSource>,
): Promise<FoundLiars | null> {
  const read = (block: Block): Promise<Buffer> => part.read(block);
  const wrong = findWrong
    ? await findWrong(ledger.blocks, read)
    : await wrongLeaves(file, ledger, read, sources);
  const liars = new Set<string>();
  let isClear = true;
  for (const group of wrong ?? [ledger.blocks]) {
    const givers = new Set<string>();
    for (const { index } of group) {
      givers.add(ledger.takeBack(index) ?? KEPT);
      part.forget(index);
    }
    if (givers.size > 1) isClear = false;
    else for (const giver of givers) if (giver !== KEPT) liars.add(giver);
  }
  if (wrong === null) return null;
  for (const source of sources.all) if (liars.has(source.name)) source.close();
  return { liars: [...liars], isClear };
}

/** Each wrong block on its own; null when nobody could prove the leaves. */
async function wrongLeaves(
  file: ParsedTorrentFile,
  ledger: BlockLedger,
  read: (block: Block) => Promise<Buffer>,
  sources: Sources<BlockSource>,
): Promise<readonly (readonly Block[])[] | null> {
  if (file.piecesRoot === null) return null;
  const witnesses = sources.all.flatMap(({ hashes }) => hashes ?? []);
  const wrong = await findWrongBlocks({
    file,
    blocks: ledger.blocks,
    read,
    ask: async (range, attempt) => (await witnesses[attempt]?.(range).catch(() => Buffer.alloc(0))) ?? null,
  });
  return wrong?.map((block) => [block]) ?? null;
}

function notIt(file: ParsedTorrentFile, sources: readonly BlockSource[]): IntegrityError {
  const names = sources.map(({ name }) => name).join(", ") || "an earlier run";
  return new IntegrityError(`the bytes of "${file.path.join("/")}" from ${names} are not what was signed`, {
    hint: "get it from other sources: --peer HOST:PORT",
  });
}
