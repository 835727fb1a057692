import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type DatabaseOptions,
  namesIn,
  publishFile,
  sqlText,
  temporaryPathFor,
  tryHardLink,
  UsageError,
} from "../core/index.ts";
import { checkSelect, openReadOnly, queryError } from "./read-only.ts";
import type { Snapshot } from "./store/snapshot-store.ts";
import { TABLE_NAMES } from "./store/tables.ts";

export const EXPORT_FORMATS = ["parquet", "csv", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COPY_OPTIONS: { readonly [format in ExportFormat]: string } = {
  parquet: "format parquet, compression zstd, row_group_size 122880",
  csv: "format csv, header",
  jsonl: "format json",
};

/** Writes the rows of a query over the views of a snapshot to one file, which has its name only when it is whole. */
export async function exportQuery(
  snapshot: Snapshot,
  options: {
    readonly sql: string;
    readonly path: string;
    readonly format: ExportFormat;
    readonly database: DatabaseOptions;
  },
): Promise<number> {
  const { sql, path, format } = options;
  const temporary = temporaryPathFor(path);
  const database = await openReadOnly(snapshot, { ...options.database, output: temporary });
  try {
    await checkSelect(database, sql);
    const query = sql.trim().replace(/;$/, "");
    const copy = `copy (${query}\n) to ${sqlText(temporary)} (${COPY_OPTIONS[format]}, use_tmp_file false)`;
    const [row] = await database.rows(copy).catch((cause: unknown) => {
      throw queryError(cause);
    });
    await publishFile(temporary, path);
    return Number(row?.Count ?? 0);
  } finally {
    database.close();
    await rm(temporary, { force: true });
  }
}

/** A file of a snapshot and the name that it gets in a folder of links. */
export interface LinkPlan {
  readonly links: readonly { readonly from: string; readonly to: string; readonly sizeBytes: number }[];
}

/** The live files of each table. Throws `UsageError` while older generations hold rows that later ones replace. */
export function planLinks(snapshot: Snapshot, folder: string): LinkPlan {
  if (snapshot.replaced.length > 0) {
    throw new UsageError(`the files of "${snapshot.id}" hold rows that were replaced since`, {
      hint: "fold them together first: deadwax catalogue compact",
    });
  }
  const links = TABLE_NAMES.flatMap((table) =>
    snapshot.tables[table].segments.map(({ file, sizeBytes }) => ({
      from: join(snapshot.folder, file),
      to: join(folder, file),
      sizeBytes,
    })),
  );
  return { links };
}

/** Makes the links, or copies where the file system has none; gives how many were copied. */
export async function makeLinks({ links }: LinkPlan, folder: string): Promise<number> {
  if ((await namesIn(folder)).length > 0) {
    throw new UsageError(`"${folder}" is not empty`, { hint: "choose a new or empty folder" });
  }
  let copied = 0;
  for (const { from, to } of links) {
    await mkdir(dirname(to), { recursive: true });
    if (await tryHardLink(from, to)) continue;
    await copyFile(from, to);
    copied += 1;
  }
  return copied;
}
