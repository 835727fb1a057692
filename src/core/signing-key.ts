import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ensureFolder, writeFileAtomic } from "./atomic-file.ts";
import { didKeyFromPublicKey } from "./did-key.ts";
import { FailedError } from "./errors.ts";
import type { ArchiveLayout } from "./layout.ts";

export interface SigningKey {
  readonly did: string;
  readonly privateKey: KeyObject;
}

/** Makes a new Ed25519 key (PKCS #8, PEM), readable by its owner alone. */
export async function createSigningKey(layout: ArchiveLayout): Promise<SigningKey> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await ensureFolder(layout.keys, 0o700);
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFileAtomic(layout.keyFile, pem, { mode: 0o600 });
  return { did: didKeyFromPublicKey(publicKey), privateKey };
}

/** Reads the archive's key and makes sure that it is the one that `deadwax.json` names. */
export async function readSigningKey(layout: ArchiveLayout, expectedDid: string): Promise<SigningKey> {
  const hint = "restore keys/signing-key.pem from your backup: releases cannot be signed without it";
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(await readFile(layout.keyFile));
  } catch (cause) {
    throw new FailedError(`cannot read the signing key "${layout.keyFile}"`, { hint, cause });
  }
  const did =
    privateKey.asymmetricKeyType === "ed25519" ? didKeyFromPublicKey(createPublicKey(privateKey)) : "";
  if (did !== expectedDid) {
    throw new FailedError(`the signing key is not the one of this archive (${expectedDid})`, { hint });
  }
  return { did, privateKey };
}
