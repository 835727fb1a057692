import { readFile } from "node:fs/promises";
import type { z } from "zod";
import {
  errorMessage,
  explainSystemError,
  type Policy,
  parseJson,
  policySchema,
  systemErrorCode,
  UsageError,
} from "../core/index.ts";

const MAX_POLICY_BYTES = 1 << 20;

/**
 * Reads a policy that a person wrote: JSON, every field optional (`docs/policy.md`).
 * Throws `UsageError` that names the field which is wrong.
 */
export async function readPolicyFile(path: string): Promise<Policy> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT")
      throw new UsageError(`there is no policy file "${path}"`, { cause: error });
    if (systemErrorCode(error) === "EISDIR") throw new UsageError(`"${path}" is a folder, not a policy file`);
    throw explainSystemError(error, `reading the policy "${path}"`);
  }
  return parsePolicy(bytes, path);
}

/** Policies that come with the program, by name. */
export const SHIPPED_POLICIES: readonly string[] = ["default", "published"];

/** A shipped policy by its name, else the policy in the file `path`. Throws as `readPolicyFile` does. */
export async function readPolicy(name: string, path: string): Promise<Policy> {
  if (name === "default") return policySchema.parse({});
  if (name === "published") return policySchema.parse({ selection: { rule: "published" } });
  return await readPolicyFile(path);
}

/** Parses the text of a policy file; `name` is what error messages call it. */
export function parsePolicy(bytes: Uint8Array, name: string): Policy {
  const json = parseJson(bytes, MAX_POLICY_BYTES);
  if (!json.ok) {
    throw new UsageError(`the policy "${name}" is not JSON: ${errorMessage(json.reason)}`, {
      hint: "docs/policy.md has an example",
    });
  }
  const parsed = policySchema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  throw new UsageError(`the policy "${name}" is not valid: ${describeIssues(parsed.error)}`, {
    hint: "docs/policy.md lists every field, what it may be and what it is when left out",
  });
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length > 0 ? `"${issue.path.join(".")}"` : "the whole"}: ${issue.message}`)
    .join("; ");
}
