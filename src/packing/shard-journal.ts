import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import { canonicalJson, type JsonValue } from "../core/index.ts";
import { indexRowSchema } from "./index-row.ts";

/** A journal of more than this is not one of ours: a shard of the smallest tracks stays far below. */
const MAX_JOURNAL_BYTES = 1 << 28;
const SUM_CHARACTERS = 16;

/** What a partial shard is being made of: a run that differs in any of it cannot go on with it. */
export const journalHeaderSchema = z.strictObject({
  format: z.literal("deadwax-journal/1"),
  plan: z.string(),
  gate: z.enum(["open", "dark"]),
  /** SHA-256 of everything that shapes the bytes: policy, measures, versions of the tools. */
  recipe: z.string(),
});
export type JournalHeader = z.infer<typeof journalHeaderSchema>;

/** A track whose bytes are in the partial shard, and synced. */
export const journaledTrackSchema = z.strictObject({
  kind: z.literal("track"),
  startBytes: z.int().min(0),
  endBytes: z.int().min(0),
  accession: z.string(),
  row: indexRowSchema,
});
export type JournaledTrack = z.infer<typeof journaledTrackSchema>;

/** Written when the shard's bytes are complete and synced, before it gets its name. */
const sealingSchema = z.strictObject({ kind: z.literal("sealing"), id: z.string().regex(/^[0-9a-f]{16}$/) });

const entrySchema = z.discriminatedUnion("kind", [journaledTrackSchema, sealingSchema]);
export type JournalEntry = z.infer<typeof entrySchema>;

export interface ReadJournal {
  /** Null when not even the first line is whole: there is nothing to go on with. */
  readonly header: JournalHeader | null;
  readonly tracks: readonly JournaledTrack[];
  /** Name of the shard that was about to be published. */
  readonly sealingId: string | null;
  /** Where the journal holds so far: behind its header, and behind each track. */
  readonly marks: readonly JournalMark[];
  /** Lines that do not hold, other than one last line without its end, which a kill leaves behind. */
  readonly isDamaged: boolean;
}

/** A place in a journal from which another run can go on. */
export interface JournalMark {
  readonly bytes: number;
  /** Sum of the line before. */
  readonly sum: string;
}

/**
 * The journal of a partial shard: one line for each track whose bytes are safely on disk. A line is 16 hexadecimal
 * characters of SHA-256(sum of the line before, JSON), a space and the JSON, so that a line that is damaged, missing or
 * out of place ends what is believed.
 */
export class ShardJournal {
  readonly #file: FileHandle;
  #mark: JournalMark;

  private constructor(file: FileHandle, mark: JournalMark) {
    this.#file = file;
    this.#mark = mark;
  }

  /** The end of what has been written. */
  get mark(): JournalMark {
    return this.#mark;
  }

  /** Starts a journal; one that is there is emptied. */
  static async create(path: string, header: JournalHeader): Promise<ShardJournal> {
    const journal = new ShardJournal(await open(path, "w"), { bytes: 0, sum: "" });
    try {
      await journal.#append(header);
      return journal;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  /** Goes on behind `mark`; what is after it is cut off. */
  static async resume(path: string, mark: JournalMark): Promise<ShardJournal> {
    const file = await open(path, "a");
    await file.truncate(mark.bytes);
    return new ShardJournal(file, mark);
  }

  /** The entry is on disk when this returns. */
  async append(entry: JournalEntry): Promise<void> {
    await this.#append(entry);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #append(value: JsonValue): Promise<void> {
    const json = canonicalJson(value);
    const sum = lineSum(this.#mark.sum, json);
    const line = Buffer.from(`${sum} ${json}\n`);
    await this.#file.appendFile(line);
    await this.#file.datasync();
    this.#mark = { bytes: this.#mark.bytes + line.length, sum };
  }
}

/** Reads as much of a journal as holds. Throws only when the file cannot be read. */
export async function readJournal(path: string): Promise<ReadJournal> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return size > MAX_JOURNAL_BYTES
      ? { ...EMPTY_JOURNAL, isDamaged: true }
      : parseJournal(await file.readFile());
  } finally {
    await file.close();
  }
}

const EMPTY_JOURNAL: ReadJournal = {
  header: null,
  tracks: [],
  sealingId: null,
  marks: [],
  isDamaged: false,
};

/** Pure part of `readJournal`. */
export function parseJournal(bytes: Buffer): ReadJournal {
  let header: JournalHeader | null = null;
  const tracks: JournaledTrack[] = [];
  const marks: JournalMark[] = [];
  let sealingId: string | null = null;
  let sum = "";
  let position = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, position);
    if (end === -1) break;
    const json = checkedJson(bytes.toString("utf8", position, end), sum);
    if (json === null) break;
    if (header === null) {
      const parsed = journalHeaderSchema.safeParse(json.value);
      if (!parsed.success) break;
      header = parsed.data;
    } else {
      const parsed = entrySchema.safeParse(json.value);
      const follows =
        parsed.success &&
        (parsed.data.kind === "sealing" || parsed.data.startBytes === (tracks.at(-1)?.endBytes ?? 0));
      if (!parsed.success || !follows) break;
      if (parsed.data.kind === "track") tracks.push(parsed.data);
      else sealingId = parsed.data.id;
    }
    sum = json.sum;
    position = end + 1;
    if (marks.length <= tracks.length) marks.push({ bytes: position, sum });
  }
  const isDamaged = bytes.indexOf(0x0a, position) !== -1;
  return { header, tracks, sealingId, marks, isDamaged };
}

function checkedJson(
  line: string,
  lastSum: string,
): { readonly sum: string; readonly value: unknown } | null {
  const sum = line.slice(0, SUM_CHARACTERS);
  const json = line.slice(SUM_CHARACTERS + 1);
  if (line[SUM_CHARACTERS] !== " " || lineSum(lastSum, json) !== sum) return null;
  try {
    const value: unknown = JSON.parse(json);
    return { sum, value };
  } catch {
    return null;
  }
}

function lineSum(lastSum: string, json: string): string {
  return createHash("sha256").update(lastSum).update(json).digest("hex").slice(0, SUM_CHARACTERS);
}
