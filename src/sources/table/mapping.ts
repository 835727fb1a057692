import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parseJson } from "../../core/canonical-json.ts";
import { errorMessage, UsageError } from "../../core/errors.ts";
import { CREDIT_FIELDS, DURATION_UNITS, FIELDS } from "./mapping-fields.ts";

/** Keys named `//` are for people: comments. */
const comment = z.union([z.string(), z.array(z.string())]).optional();

const readerSchema = z.discriminatedUnion("kind", [
  z.strictObject({ "//": comment, kind: z.literal("csv"), delimiter: z.enum([",", "\t", ";"]) }),
  z.strictObject({ "//": comment, kind: z.literal("jsonl") }),
  z.strictObject({ "//": comment, kind: z.literal("parquet") }),
]);

const columnSchema = z.strictObject({
  "//": comment,
  /** Null: the column is left out. */
  field: z.enum(FIELDS).nullable(),
  /** Of a duration. */
  unit: z.enum(DURATION_UNITS).optional(),
  /** Parts several names or genres in one value. */
  separator: z.string().min(1).max(8).optional(),
});

export const mappingSchema = z.strictObject({
  "//": comment,
  format: z.literal("deadwax-mapping/1"),
  reader: readerSchema,
  /** Licence of the facts, where their publisher states one. */
  licence: z.string().nullable().default(null),
  columns: z.record(z.string(), columnSchema),
});

export type Mapping = z.infer<typeof mappingSchema>;
export type TableReader = Mapping["reader"];

const MAX_MAPPING_BYTES = 1 << 20;
const HINT = "let one be made: deadwax source map FILE -o MAPPING";

/** Throws `UsageError` when the file is no mapping. */
export async function readMapping(path: string): Promise<Mapping> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new UsageError(`cannot read the mapping "${path}": ${errorMessage(cause)}`, { cause, hint: HINT });
  }
  const json = parseJson(bytes, MAX_MAPPING_BYTES);
  if (!json.ok) throw new UsageError(`the mapping "${path}" is not valid: ${json.reason}`, { hint: HINT });
  const parsed = mappingSchema.safeParse(json.value);
  if (!parsed.success) {
    throw new UsageError(`the mapping "${path}" is not valid: ${z.prettifyError(parsed.error)}`, {
      hint: HINT,
    });
  }
  return checkedMapping(parsed.data, path);
}

/** Each field once (names and genres may have several columns), and at least a title or a code. */
function checkedMapping(mapping: Mapping, path: string): Mapping {
  const fields = Object.values(mapping.columns).flatMap(({ field }) => field ?? []);
  const many: readonly string[] = [...CREDIT_FIELDS, "genre", "isrc"];
  const twice = fields.find((field, index) => fields.indexOf(field) !== index && !many.includes(field));
  if (twice !== undefined) {
    throw new UsageError(`the mapping "${path}" maps two columns to "${twice}"`, {
      hint: "set one of them to null",
    });
  }
  if (!fields.some((field) => field === "title" || field === "isrc" || field === "mbid-recording")) {
    throw new UsageError(`the mapping "${path}" maps no column to title, isrc or mbid-recording`, {
      hint: "without one of them there is no track",
    });
  }
  return mapping;
}
