import { z } from "zod";
import { openSignedDocument } from "../../core/signed-document.ts";
import { firstIssue, sha256Hex } from "../release-document.ts";
import { isReleaseName } from "../release-name.ts";

export const MAX_STATE_BYTES: number = 64 * 1024;
const MAX_REASON_CHARACTERS = 2000;

/** What the publisher may say of a release. That one is superseded follows from the chain. */
export const STATED: readonly ["announced", "initial-seeding", "open", "embargoed", "revoked"] = [
  "announced",
  "initial-seeding",
  "open",
  "embargoed",
  "revoked",
];

const stateSchema = z
  .object({
    format: z.literal("deadwax-release-state/1"),
    release: z.string().refine(isReleaseName, "not the name of a release"),
    /** SHA-256 of the bag's `RELEASE.json`. */
    releaseSha256: sha256Hex,
    archive: z.uuid(),
    /** From 1 on; the highest number counts. */
    number: z.int().positive(),
    created: z.iso.datetime(),
    state: z.enum(STATED),
    /** End of an embargo; null: until something else is said. */
    until: z.iso.datetime().nullable(),
    reason: z.string().max(MAX_REASON_CHARACTERS).nullable(),
  })
  .refine(({ state, until }) => until === null || state === "embargoed", "only an embargo has an end");

/** `<name>.state-<number>.json` beside a bag: what its publisher says of it since. Written once, like everything that is signed. */
export type StateDocument = z.infer<typeof stateSchema>;
export type StatedState = StateDocument["state"];

export type OpenedState =
  | { readonly ok: true; readonly signer: string; readonly statement: StateDocument }
  | { readonly ok: false; readonly reason: string };

/** Checks signature, form and content of a statement that anybody may have made. */
export function openStateDocument(bytes: Uint8Array): OpenedState {
  const document = openSignedDocument(bytes, MAX_STATE_BYTES);
  if (!document.ok) return document;
  const parsed = stateSchema.safeParse(document.value);
  if (!parsed.success) return { ok: false, reason: firstIssue(parsed.error) };
  return { ok: true, signer: document.signer, statement: parsed.data };
}

export function stateFileName(release: string, number: number): string {
  return `${release}.state-${number}.json`;
}

/** The release and number that the name of a file stands for; null for any other name. */
export function parseStateFileName(
  file: string,
): { readonly release: string; readonly number: number } | null {
  const match = /^([a-z0-9-]+)\.state-([1-9]\d{0,8})\.json$/.exec(file);
  const [, release = "", number = ""] = match ?? [];
  return match && isReleaseName(release) ? { release, number: Number(number) } : null;
}
