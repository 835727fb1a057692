import { createPublicKey, type KeyObject } from "node:crypto";

const BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Multicodec `ed25519-pub`, as an unsigned varint. */
const ED25519_MULTICODEC = Buffer.from([0xed, 0x01]);
/** SubjectPublicKeyInfo of an Ed25519 key without the key itself: RFC 8410, section 4. */
const ED25519_SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const DID_KEY_PREFIX = "did:key:z";

/** `did:key` of an Ed25519 public key (did:key method, section 3.1): always 56 characters. */
export function didKeyFromPublicKey(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: "spki", format: "der" });
  const rawKey = spki.subarray(ED25519_SPKI_PREFIX.length);
  return DID_KEY_PREFIX + encodeBase58(Buffer.concat([ED25519_MULTICODEC, rawKey]));
}

/** The key asked for last: thousands of documents in a row have one signer, and making a key costs more than verifying by it. */
let latest: { readonly did: string; readonly key: KeyObject } | null = null;

/** The Ed25519 public key that a `did:key` names, or null when it names none. */
export function publicKeyFromDidKey(did: string): KeyObject | null {
  if (latest?.did === did) return latest.key;
  if (!did.startsWith(DID_KEY_PREFIX) || did.length > 64) return null;
  const bytes = decodeBase58(did.slice(DID_KEY_PREFIX.length));
  if (bytes?.length !== 34 || !bytes.subarray(0, 2).equals(ED25519_MULTICODEC)) return null;
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI_PREFIX, bytes.subarray(2)]),
    format: "der",
    type: "spki",
  });
  if (didKeyFromPublicKey(key) !== did) return null;
  latest = { did, key };
  return key;
}

function encodeBase58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
  let text = "";
  while (number > 0n) {
    text = `${BASE58_ALPHABET[Number(number % 58n)]}${text}`;
    number /= 58n;
  }
  const leadingZeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(leadingZeros === -1 ? bytes.length : leadingZeros) + text;
}

function decodeBase58(text: string): Buffer | null {
  let number = 0n;
  for (const character of text) {
    const digit = BASE58_ALPHABET.indexOf(character);
    if (digit === -1) return null;
    number = number * 58n + BigInt(digit);
  }
  const hex = number === 0n ? "" : number.toString(16);
  const leadingZeros = /^1*/.exec(text)?.[0].length ?? 0;
  return Buffer.concat([
    Buffer.alloc(leadingZeros),
    Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"),
  ]);
}
