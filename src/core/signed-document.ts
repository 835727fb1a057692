import { type KeyObject, sign, verify } from "node:crypto";
import { promisify } from "node:util";
import {
  canonicalJson,
  canonicalMembers,
  canonicalObject,
  type JsonValue,
  parseJson,
} from "./canonical-json.ts";
import { publicKeyFromDidKey } from "./did-key.ts";

/**
 * A signed JSON document: one object in canonical form (RFC 8785) and a line feed. `signer` is a `did:key`;
 * `signature` is base64url of Ed25519 (RFC 8032) over the canonical form of the object without `signature`.
 * The file has to be canonical to the byte, so that no byte of it can change unnoticed.
 */
export function signDocument(
  fields: { readonly [key: string]: JsonValue },
  signer: string,
  privateKey: KeyObject,
): Buffer {
  const unsigned = { ...fields, signer };
  const signature = sign(null, Buffer.from(canonicalJson(unsigned)), privateKey).toString("base64url");
  return Buffer.from(`${canonicalJson({ ...unsigned, signature })}\n`);
}

export type SignedDocument =
  | { readonly ok: true; readonly signer: string; readonly value: { readonly [key: string]: unknown } }
  | { readonly ok: false; readonly reason: string };

/** A document whose form is right, and what is left to check. */
interface Unverified {
  readonly ok: true;
  readonly opened: Extract<SignedDocument, { ok: true }>;
  readonly signedBytes: Buffer;
  readonly publicKey: KeyObject;
  readonly signature: Buffer;
}

const verifyInPool = promisify(verify);

/** Checks form and signature of a document of at most `maxBytes`. Who the signer is, is for the caller to judge. */
export function openSignedDocument(bytes: Uint8Array, maxBytes: number): SignedDocument {
  const form = checkForm(bytes, maxBytes);
  if (!form.ok) return form;
  return verify(null, form.signedBytes, form.publicKey, form.signature) ? form.opened : unlike;
}

/** The same for one of very many: the signature is checked beside this thread. */
export async function openOneOfMany(bytes: Uint8Array, maxBytes: number): Promise<SignedDocument> {
  const form = checkForm(bytes, maxBytes);
  if (!form.ok) return form;
  return (await verifyInPool(null, form.signedBytes, form.publicKey, form.signature)) ? form.opened : unlike;
}

const unlike = { ok: false, reason: "the signature does not match the content" } as const;

function checkForm(bytes: Uint8Array, maxBytes: number): Unverified | Extract<SignedDocument, { ok: false }> {
  const parsed = parseJson(bytes, maxBytes);
  if (!parsed.ok) return parsed;
  if (!isJsonObject(parsed.value)) return { ok: false, reason: "not a JSON object" };
  const { signature, ...unsigned } = parsed.value;
  const signer = unsigned.signer;
  if (typeof signature !== "string" || typeof signer !== "string") return { ok: false, reason: "not signed" };
  const members = membersOrNull(parsed.value);
  if (members === null)
    return { ok: false, reason: "holds numbers or a nesting that no document of ours has" };
  if (!Buffer.from(`${canonicalObject(members)}\n`).equals(bytes)) {
    return { ok: false, reason: "not in canonical form: a byte was changed, or another program wrote it" };
  }
  const publicKey = publicKeyFromDidKey(signer);
  if (!publicKey) return { ok: false, reason: "signer is not an Ed25519 did:key" };
  const signatureBytes = Buffer.from(signature, "base64url");
  if (signatureBytes.toString("base64url") !== signature)
    return { ok: false, reason: "signature is not base64url" };
  return {
    ok: true,
    opened: { ok: true, signer, value: unsigned },
    signedBytes: Buffer.from(canonicalObject(members.filter(({ key }) => key !== "signature"))),
    publicKey,
    signature: signatureBytes,
  };
}

/** Null for what JSON text can say and canonical form cannot: numbers beyond a double, nesting beyond the stack. */
function membersOrNull(object: {
  readonly [key: string]: JsonValue;
}): ReturnType<typeof canonicalMembers> | null {
  try {
    return canonicalMembers(object);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

function isJsonObject(value: unknown): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
