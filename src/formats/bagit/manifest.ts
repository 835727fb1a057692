import { FailedError } from "../../core/errors.ts";
import { unsafePathReason } from "../../core/safe-path.ts";
import { readTagFileLines } from "./tag-file-lines.ts";

/** Algorithms that bags are met with (RFC 8493, 2.4), and the hex digits of each. */
export const MANIFEST_HASH_DIGITS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

export type ManifestAlgorithm = keyof typeof MANIFEST_HASH_DIGITS;

/** A payload manifest lists what is below `data/`, a tag manifest what is not. */
export type ManifestKind = "payload" | "tag";

export interface Manifest {
  readonly kind: ManifestKind;
  readonly algorithm: ManifestAlgorithm;
  /** Hash in lower-case hex by path. */
  readonly hashes: ReadonlyMap<string, string>;
}

export type ManifestResult =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly reason: string; readonly line: number };

/** Room for half a million files with paths of usual length. */
export const MAX_MANIFEST_BYTES: number = 64 * 1024 * 1024;

export function manifestFileName(kind: ManifestKind, algorithm: ManifestAlgorithm): string {
  return `${kind === "tag" ? "tag" : ""}manifest-${algorithm}.txt`;
}

/** What a file name says of a manifest, or null when it is no manifest, or of an algorithm that is not known. */
export function parseManifestFileName(name: string): Pick<Manifest, "kind" | "algorithm"> | null {
  const match = /^(tag)?manifest-(md5|sha1|sha256|sha512)\.txt$/.exec(name);
  if (match === null) return null;
  return { kind: match[1] === undefined ? "payload" : "tag", algorithm: match[2] as ManifestAlgorithm };
}

/**
 * Writes a manifest (RFC 8493, 2.1.3): for each file, bytewise by path, a line of the hash in lower-case hex, two spaces, the
 * path with `%`, CR and LF as `%25`, `%0D` and `%0A`, and LF.
 * Throws `FailedError` for a path or hash that a reader would refuse.
 */
export function encodeManifest({ kind, algorithm, hashes }: Manifest): Buffer {
  const lines = [...hashes].map(([path, hash]) => {
    const fault = pathFault(kind, path) ?? hashFault(algorithm, hash);
    if (fault !== null) throw new FailedError(`"${path}" cannot stand in a manifest: ${fault}`);
    return { key: Buffer.from(path), line: `${hash}  ${encodeManifestPath(path)}\n` };
  });
  lines.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.from(lines.map(({ line }) => line).join(""));
}

/**
 * Reads a manifest. Refuses the whole of it for an unsafe path, a path that stands twice (in whatever Unicode form), a path
 * on the wrong side of `data/`, a hash of the wrong length, or a `%` that stands for nothing; `line` counts from 1.
 */
export function parseManifest(
  bytes: Uint8Array,
  { kind, algorithm }: Pick<Manifest, "kind" | "algorithm">,
  maxBytes: number = MAX_MANIFEST_BYTES,
): ManifestResult {
  const read = readTagFileLines(bytes, maxBytes);
  if (!read.ok) return { ...read, line: 0 };
  const hashes = new Map<string, string>();
  let line = 0;
  for (const text of read.lines) {
    line += 1;
    const match = /^([0-9a-fA-F]+)[ \t]+([^ \t].*)$/s.exec(text);
    const hash = match?.[1]?.toLowerCase() ?? "";
    const path = decodeManifestPath(match?.[2] ?? "");
    if (match === null) return { ok: false, reason: "not a hash and a path", line };
    if (path === null) return { ok: false, reason: 'a "%" that stands for nothing', line };
    const fault = hashFault(algorithm, hash) ?? pathFault(kind, path);
    if (fault !== null) return { ok: false, reason: fault, line };
    if (hashes.has(path)) return { ok: false, reason: "path stands twice", line };
    hashes.set(path, hash);
  }
  return { ok: true, manifest: { kind, algorithm, hashes } };
}

export function encodeManifestPath(path: string): string {
  return path.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The path that was encoded, or null when a `%` begins none of the three codes. */
export function decodeManifestPath(text: string): string | null {
  if (/%(?!25|0[ad])/i.test(text)) return null;
  return text.replace(/%(25|0[ad])/gi, (_code, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function hashFault(algorithm: ManifestAlgorithm, hash: string): string | null {
  const digits = MANIFEST_HASH_DIGITS[algorithm];
  return hash.length === digits && /^[0-9a-f]+$/.test(hash)
    ? null
    : `a hash that is not ${digits} hex digits`;
}

function pathFault(kind: ManifestKind, path: string): string | null {
  // A path that is not NFC is refused, so two forms of one name cannot both be here.
  const fault = unsafePathReason(path);
  if (fault !== null) return fault;
  if (path.startsWith("data/") !== (kind === "payload")) {
    return kind === "payload" ? "a path outside data/" : "a path below data/";
  }
  if (parseManifestFileName(path)?.kind === "tag") return "a tag manifest that is itself listed";
  return null;
}
