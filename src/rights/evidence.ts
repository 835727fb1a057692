import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  type Archive,
  ensureFolder,
  explainSystemError,
  publishFile,
  systemErrorCode,
  temporaryPathFor,
  UsageError,
} from "../core/index.ts";
import type { Declaration } from "./declaration.ts";
import { evidencePath } from "./declaration.ts";

type Evidence = NonNullable<Declaration["evidence"]>;

const MAX_EVIDENCE_BYTES = 1 << 28;

/** Hashes the evidence without keeping it. Throws `UsageError` when it is no file, empty or too large. */
export async function hashEvidence(file: string): Promise<Evidence> {
  return await readEvidence(file, async () => {});
}

/** Copies the evidence to `rights/evidence/<sha256>`. Throws as `hashEvidence`, or when it cannot be written. */
export async function keepEvidence(archive: Archive, file: string): Promise<Evidence> {
  const folder = join(archive.layout.rights, "evidence");
  const temporary = temporaryPathFor(join(folder, "evidence"));
  try {
    await ensureFolder(folder);
    const copy = await open(temporary, "wx");
    let evidence: Evidence;
    try {
      evidence = await readEvidence(file, async (chunk) => {
        await copy.appendFile(chunk);
      });
    } finally {
      await copy.close();
    }
    await publishFile(temporary, evidencePath(archive, evidence.sha256));
    return evidence;
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainSystemError(error, `copying the evidence "${file}"`);
  }
}

async function readEvidence(file: string, use: (chunk: Buffer) => Promise<void>): Promise<Evidence> {
  await checkFile(file);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const chunks: AsyncIterable<Buffer> = createReadStream(file);
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_EVIDENCE_BYTES) throw tooLarge(file);
    await use(chunk);
  }
  return { sha256: hash.digest("hex"), sizeBytes, name: basename(file).toWellFormed() };
}

async function checkFile(file: string): Promise<void> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new UsageError(`the evidence "${file}" is not a file`);
    if (info.size === 0) throw new UsageError(`the evidence "${file}" is empty`);
    if (info.size > MAX_EVIDENCE_BYTES) throw tooLarge(file);
  } catch (cause) {
    if (systemErrorCode(cause) !== "ENOENT") throw cause;
    throw new UsageError(`there is no evidence "${file}"`, {
      cause,
      hint: "check the path after --evidence",
    });
  }
}

function tooLarge(file: string): UsageError {
  return new UsageError(`the evidence "${file}" is larger than ${MAX_EVIDENCE_BYTES} bytes`);
}
