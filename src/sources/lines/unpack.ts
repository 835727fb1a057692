import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { errorMessage, FailedError, systemErrorCode } from "../../core/errors.ts";
import { type Compression, UNPACKERS } from "./compression.ts";
import { InputFault } from "./input-fault.ts";

const CHUNK_BYTES = 262_144;
const MAX_STDERR_LENGTH = 500;

/**
 * The unpacked bytes of `packed`, piece by piece. Damaged or cut input gives what could be unpacked and then throws
 * `InputFault`. Throws `FailedError` when the program for the format is not installed.
 */
export function unpacked(packed: AsyncIterable<Buffer>, compression: Compression): AsyncIterable<Buffer> {
  if (compression === "none") return packed;
  return compression === "gzip" ? gunzipped(packed) : throughProgram(packed, UNPACKERS[compression]);
}

/** Written to one chunk at a time, so that nothing waits in the stream when it fails: all that was good is out by then. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ready: Buffer[] = [];
  const state: { fault: Error | null } = { fault: null };
  gunzip.on("data", (chunk: Buffer) => ready.push(chunk));
  const failed = new Promise<void>((resolve) => {
    gunzip.on("error", (error) => {
      state.fault = error;
      resolve();
    });
  });
  let offsetBytes = 0;
  const drain = function* (): Generator<Buffer> {
    for (const chunk of ready.splice(0)) {
      offsetBytes += chunk.length;
      yield chunk;
    }
    if (state.fault !== null)
      throw new InputFault(`gzip: ${errorMessage(state.fault)}`, offsetBytes, state.fault);
  };
  try {
    for await (const chunk of packed) {
      const written = new Promise<void>((resolve) => gunzip.write(chunk, () => resolve()));
      await Promise.race([written, failed]);
      yield* drain();
    }
    const ended = new Promise<void>((resolve) => gunzip.once("end", resolve));
    gunzip.end();
    await Promise.race([ended, failed]);
    yield* drain();
  } finally {
    gunzip.destroy();
  }
}

async function* throughProgram(
  packed: AsyncIterable<Buffer>,
  { program, debianPackage }: { readonly program: string; readonly debianPackage: string },
): AsyncGenerator<Buffer> {
  const child = spawn(program, ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "pipe"] });
  const state: { spawnError: unknown; packedError: unknown; code: number | null; stderr: string } = {
    spawnError: null,
    packedError: null,
    code: null,
    stderr: "",
  };
  child.stderr.on("data", (chunk: Buffer) => {
    if (state.stderr.length < MAX_STDERR_LENGTH) state.stderr += chunk.toString("latin1");
  });
  const closed = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      state.spawnError = error;
      resolve();
    });
    child.on("close", (code) => {
      state.code = code;
      resolve();
    });
  });
  const fed = pipeline(Readable.from(kept(packed, state)), child.stdin).catch(() => {
    // It stopped listening: its own exit code says why.
  });
  let offsetBytes = 0;
  try {
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: true })) {
      offsetBytes += chunk.length;
      yield chunk;
    }
    await closed;
    await fed;
  } finally {
    if (state.code === null) child.kill("SIGKILL");
  }
  if (state.packedError !== null) throw state.packedError;
  if (state.spawnError !== null) {
    throw new FailedError(`cannot run "${program}" (${systemErrorCode(state.spawnError) ?? "no reason"})`, {
      cause: state.spawnError,
      hint: `install it: apt-get install ${debianPackage}; or unpack the file first`,
    });
  }
  if (state.code !== 0) {
    const reason = state.stderr.trim().split("\n")[0] ?? "";
    throw new InputFault(`${program} ended with ${state.code}: ${printable(reason)}`, offsetBytes);
  }
}

/** An error of reading the file must not be taken for one of the program. */
async function* kept(packed: AsyncIterable<Buffer>, state: { packedError: unknown }): AsyncGenerator<Buffer> {
  try {
    yield* packed;
  } catch (error) {
    state.packedError = error;
    throw error;
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
