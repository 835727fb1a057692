import type { Database } from "../../core/database.ts";
import { throwIfAborted, UsageError } from "../../core/errors.ts";
import { pathText } from "../files/path-text.ts";
import { RowSink } from "../intake/row-sink.ts";
import { csvRecords } from "./csv-records.ts";
import { type PlaysColumns, parsePlay, playsColumns } from "./plays-columns.ts";

export const PLAYS_COLUMNS = {
  match_kind: "VARCHAR",
  match_value: "VARCHAR",
  plays: "BIGINT",
  note: "VARCHAR",
  line: "BIGINT",
} as const;

export const REJECT_COLUMNS = { line: "BIGINT", reason: "VARCHAR", text: "VARCHAR" } as const;

const MAX_NOTE_LENGTH = 10_000;
const MAX_REJECT_LENGTH = 500;

/**
 * Reads a file of play counts into the tables `play` and `reject`. Gives its comment lines back as one note.
 * Throws `UsageError` when the header is missing or wrong.
 */
export async function loadPlays(
  database: Database,
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<{ readonly note: string | null }> {
  await database.insert("play", PLAYS_COLUMNS, []);
  await database.insert("reject", REJECT_COLUMNS, []);
  const plays = new RowSink(database, "play", PLAYS_COLUMNS);
  const rejects = new RowSink(database, "reject", REJECT_COLUMNS);
  const reject = (line: number, reason: string, text: string): Promise<void> =>
    rejects.add([{ line, reason, text: pathText(Buffer.from(text.slice(0, MAX_REJECT_LENGTH))).text }]);
  let columns: PlaysColumns | null = null;
  let note = "";
  for await (const record of csvRecords(chunks)) {
    throwIfAborted(signal);
    const { line } = record;
    if (record.kind === "comment") {
      note = `${note}${note === "" ? "" : "\n"}${record.text}`.slice(0, MAX_NOTE_LENGTH);
    } else if (columns === null) {
      columns = playsColumns(record.kind === "record" ? record.fields : [], file, line);
    } else if (record.kind === "bad") {
      await reject(line, record.reason, record.text);
    } else {
      const play = parsePlay(columns, record.fields);
      if (play.ok) {
        const { matchKind, matchValue, plays: count } = play;
        await plays.add([
          { match_kind: matchKind, match_value: matchValue, plays: count, note: play.note, line },
        ]);
      } else await reject(line, play.reason, record.fields.join(" | "));
    }
  }
  if (columns === null) {
    throw new UsageError(`"${file}" is empty`, {
      hint: "the first line names the columns: plays, and one of path, isrc, track_id",
    });
  }
  await plays.flush();
  await rejects.flush();
  await database.runFile(new URL("./repeated-plays.sql", import.meta.url));
  return { note: note === "" ? null : note };
}
