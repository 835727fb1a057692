import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { parseSize, systemErrorCode, UsageError } from "../../core/index.ts";
import type { Pledge } from "./pledge.ts";

const MAX_BYTES = 64 * 1024 * 1024;

const pledgesSchema = z.object({
  format: z.literal("deadwax-pledges/1"),
  pledges: z.array(
    z.object({
      custodian: z.string().min(1).max(200),
      /** `2TB`, or bytes. */
      space: z.union([z.int().nonnegative(), z.string().transform(parseSize)]),
      uptime: z.number().min(0).max(1).default(1),
      groups: z.array(z.string()).default([]),
      holds: z.array(z.string()).default([]),
    }),
  ),
});

/** Reads the pledges that somebody wrote down. Throws `UsageError` for what is no such file. */
export async function readPledges(path: string): Promise<readonly Pledge[]> {
  let text: string;
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new UsageError(`"${path}" is larger than ${MAX_BYTES} bytes`);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw new UsageError(`"${path}" is not there`);
    throw error;
  }
  const parsed = pledgesSchema.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(
      `"${path}" holds no pledges: ${issue?.path.join(".") || "document"}: ${issue?.message}`,
      {
        hint: "docs/swarm.md says how pledges are written",
      },
    );
  }
  const { pledges } = parsed.data;
  const names = new Set(pledges.map(({ custodian }) => custodian));
  if (names.size < pledges.length) throw new UsageError(`a custodian stands twice in "${path}"`);
  return pledges.map(({ space, ...rest }) => ({ ...rest, spaceBytes: space }));
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
