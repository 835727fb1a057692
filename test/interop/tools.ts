import { type ChildProcessByStdio, execFile, execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { decodeBencode, isBencodeDictionary } from "../../src/formats/bencode/decode.ts";
import { type BencodeValue, encodeBencode } from "../../src/formats/bencode/encode.ts";

/** Debian's own Python: the one that python3-libtorrent is for. */
export const PYTHON = "/usr/bin/python3";

/** Throws, with how to install it, unless the program is on the PATH. */
export function requireProgram(program: string, debianPackage: string): void {
  const folders = (process.env.PATH ?? "").split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, program)))) return;
  throw new Error(`${program} is needed by this test: apt-get install ${debianPackage}`);
}

/** Throws, with how to install it, unless Python has libtorrent. */
export function requireLibtorrent(): void {
  try {
    execFileSync(PYTHON, ["-c", "import libtorrent"], { stdio: "ignore" });
  } catch {
    throw new Error("libtorrent for Python is needed by this test: apt-get install python3-libtorrent");
  }
}

const run = promisify(execFile);

/** Runs one of the Python programs beside this file, with `input` on its standard input, and gives what it printed as JSON. */
export async function runPython(program: string, args: readonly string[], input = ""): Promise<unknown> {
  const running = run(PYTHON, [join(import.meta.dirname, program), ...args], {
    maxBuffer: 1 << 28,
    timeout: 240_000,
  });
  running.child.stdin?.end(input);
  const { stdout } = await running;
  return JSON.parse(stdout);
}

export type Seeder = ChildProcessByStdio<Writable, Readable, null>;

/** Starts a libtorrent seeder that connects to 127.0.0.1:`port` until its standard input ends; resolves when it seeds. */
export async function startSeeder(torrent: string, savePath: string, port: number): Promise<Seeder> {
  const program = join(import.meta.dirname, "session.py");
  const child = spawn(PYTHON, [program, "seed", torrent, savePath, String(port)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the seeder ended with ${code}`)));
  });
  return child;
}

/** Starts a libtorrent seeder that others connect to; resolves with its port. */
export async function startServer(
  torrent: string,
  savePath: string,
  isEncrypted: boolean,
): Promise<{ readonly process: Seeder; readonly port: number }> {
  const program = join(import.meta.dirname, "session.py");
  const child = spawn(PYTHON, [program, "serve", torrent, savePath, ...(isEncrypted ? ["e"] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (said: Buffer) => resolve(Number(said.toString())));
    child.once("exit", (code) => reject(new Error(`the seeder ended with ${code}`)));
  });
  return { process: child, port };
}

const LONGEST_TRANSFER_MS = 120_000;

/** Runs a client to its end; one that does not come to it in time is killed, and the test fails with what it last said. */
export function runClient(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = { timeout: LONGEST_TRANSFER_MS, killSignal: "SIGKILL" } as const;
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], ...limit });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-1000);
    });
    child.once("error", reject);
    child.once("exit", (_code, signal) => {
      if (signal === "SIGKILL") reject(new Error(`${program} did not finish: ${said}`));
      else resolve();
    });
  });
}

/** A torrent with a tracker in it (BEP 3): the info dictionary, and so the infohash, stays as it is. */
export function withTracker(torrent: Buffer, url: string): Buffer {
  const decoded = decodeBencode(torrent);
  if (!decoded.ok || !isBencodeDictionary(decoded.value)) throw new Error("no torrent");
  const members = new Map<string | Buffer, BencodeValue>(decoded.value as ReadonlyMap<Buffer, BencodeValue>);
  members.set("announce", url);
  return encodeBencode(members);
}

/**
 * A TCP port on loopback that nobody listens on. Below those that the system hands out by itself (from 32768): what connects or
 * listens meanwhile, in this process or another, does not take it before the client that it is for does.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error("no port between 10000 and 32000 is free");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
