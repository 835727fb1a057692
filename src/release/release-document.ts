import { z } from "zod";
import { unsafePathReason } from "../core/safe-path.ts";
import { openSignedDocument } from "../core/signed-document.ts";
import { utf8Order } from "../core/utf8-order.ts";
import { isReleaseName } from "./release-name.ts";

/** The signed document of a release, inside its bag. */
export const RELEASE_DOCUMENT = "RELEASE.json";
/** The last file of the bag in bytewise order: one row for each track. */
export const TRACK_TABLE = "tracks.parquet";
/** Folder of the shards in the bag (RFC 8493, "payload directory"). */
export const PAYLOAD_FOLDER = "data";

/** About 40,000 files, 40 TB of shards of 1 GiB. JSON of this size, whatever is in it, takes less than 500 MB to read. */
export const MAX_DOCUMENT_BYTES: number = 8 * 1024 * 1024;
const MAX_FILES = 40_000;

export const sha256Hex: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const name = z.string().refine(isReleaseName, "not the name of a release");
const path = z.string().refine((text) => unsafePathReason(text) === null, "unsafe path");

export const previousSchema = z.object({ name, sha256: sha256Hex });

const fileSchema = z.object({
  path,
  sizeBytes: count,
  sha256: sha256Hex,
  /** BEP 52; null for an empty file. */
  piecesRoot: sha256Hex.nullable(),
});

const releaseSchema = z.object({
  format: z.literal("deadwax-release/1"),
  name,
  created: z.iso.datetime(),
  archive: z.uuid(),
  previous: previousSchema.nullable(),
  pieceLengthBytes: z
    .int()
    .min(16_384)
    .max(268_435_456)
    .refine((bytes) => Number.isInteger(Math.log2(bytes)), "not a power of two"),
  /** Every file of the bag but this one and `tagmanifest-sha256.txt`, bytewise by path. */
  files: z.array(fileSchema).max(MAX_FILES),
  tracks: z.object({ released: count, metadataOnly: count, withheld: count }),
  licences: z.array(z.object({ licence: z.string(), tracks: count })),
  /** Why tracks were withheld; which ones is in the track table. */
  withheld: z.array(z.object({ reason: z.string(), tracks: count })),
  /** SHA-256 over what the release says of each track: the same for the same tracks, rights and shards. */
  contentSha256: sha256Hex,
  snapshot: z.string(),
  rights: z.string(),
  plan: z.string(),
  program: z.string(),
});

export type ReleaseDocument = z.infer<typeof releaseSchema>;
export type ReleaseFile = z.infer<typeof fileSchema>;

export type OpenedRelease =
  | { readonly ok: true; readonly signer: string; readonly release: ReleaseDocument }
  | { readonly ok: false; readonly reason: string };

/** Checks signature, form and content of a `RELEASE.json` that anybody may have made. */
export function openReleaseDocument(bytes: Uint8Array): OpenedRelease {
  const document = openSignedDocument(bytes, MAX_DOCUMENT_BYTES);
  if (!document.ok) return document;
  const parsed = releaseSchema.safeParse(document.value);
  if (!parsed.success) return { ok: false, reason: firstIssue(parsed.error) };
  const fault = fileListFault(parsed.data);
  return fault === null
    ? { ok: true, signer: document.signer, release: parsed.data }
    : { ok: false, reason: fault };
}

const SHARD_PATH = /^data\/([0-9a-f]{16})\.tar$/;

/** True for the files that fill whole pieces: the shards and the track table. */
export function fillsPieces(path: string): boolean {
  return path.startsWith(`${PAYLOAD_FOLDER}/`) || path === TRACK_TABLE;
}

/** What is wrong with the list of files, or null. */
function fileListFault({ files, pieceLengthBytes }: ReleaseDocument): string | null {
  let previous: string | null = null;
  let totalBytes = 0;
  if (!files.some((file) => file.path === TRACK_TABLE)) return `files: no ${TRACK_TABLE}`;
  for (const { path: current, sizeBytes, sha256, piecesRoot } of files) {
    if (fillsPieces(current)) {
      const id = SHARD_PATH.exec(current)?.[1];
      if (current !== TRACK_TABLE && (id === undefined || !sha256.startsWith(id))) {
        return `files: "${current}" is not named by its digest`;
      }
      if (sizeBytes === 0 || sizeBytes % pieceLengthBytes !== 0)
        return `files: "${current}" does not fill its pieces`;
    } else if (current === RELEASE_DOCUMENT || current.startsWith("tagmanifest-")) {
      return `files: "${current}" cannot be listed`;
    } else if (sizeBytes > MAX_DOCUMENT_BYTES) {
      return `files: "${current}" is too large`;
    }
    if (previous !== null && utf8Order(previous, current) >= 0) {
      return `files: "${current}" stands twice or out of order`;
    }
    if ((sizeBytes === 0) !== (piecesRoot === null)) return `files: "${current}" has no fitting pieces root`;
    totalBytes += sizeBytes;
    if (!Number.isSafeInteger(totalBytes)) return "files: more bytes than can be counted";
    previous = current;
  }
  return null;
}

/** The first thing that a schema has against a value, in one short line. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join(".") || "document"}: ${issue.message}`.slice(0, 300) : "not valid";
}
