import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, statfs, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import {
  type Archive,
  createChildPool,
  errorMessage,
  formatSize,
  programBeside,
  readSigningKey,
  TEMPORARY_PREFIX,
  tryHardLink,
} from "../core/index.ts";
import { UNPACKERS } from "../sources/lines/compression.ts";
import { PROBES, type Probe, type ProbeAnswer, probeAnswerSchema } from "./doctor-probes.ts";

/** `missing` stops some command from working; `warning` costs time, space or safety. */
export type DoctorVerdict = "ok" | "warning" | "missing";

export interface DoctorCheck {
  readonly name: string;
  readonly verdict: DoctorVerdict;
  /** What was found. */
  readonly found: string;
  /** What to do about it; null when nothing has to be done. */
  readonly fix: string | null;
}

export interface DoctorReport {
  /** False when something is missing. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorOptions {
  /** Looks at its key and its disk too; null when there is none here. */
  readonly archive: Archive | null;
  /** An existing folder on the disk that matters: the archive's, or where one would be made. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

const OLDEST_NODE = [20, 19] as const;
const LITTLE_SPACE_BYTES = 10_000_000_000;
const TOO_LITTLE_SPACE_BYTES = 500_000_000;
const PROBE_TIMEOUT_MS = 60_000;
const REINSTALL = "install the program again, with its optional packages: npm ci";

const PROBE_NAMES: Readonly<Record<Probe, string>> = {
  audio: "audio engine",
  database: "database",
  tags: "tag reader",
  zip: "zip reader",
};

const PROBE_FIXES: Readonly<Record<Probe, string>> = {
  audio: `${REINSTALL}; on Linux it needs glibc 2.28 or newer`,
  database: REINSTALL,
  tags: REINSTALL,
  zip: REINSTALL,
};

/** Looks at this machine and says what is there, what is missing, and how to get it. Never throws for what it finds. */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { archive, folder } = options;
  const checks = [
    nodeCheck(process.versions.node),
    ...(await probeChecks(options.signal)),
    unpackersCheck((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0),
    { name: "processors", verdict: "ok", found: `${availableParallelism()}`, fix: null } as const,
    await spaceCheck(folder),
    await hardLinkCheck(folder),
    ...(archive ? [await keyCheck(archive)] : []),
  ];
  return { ok: checks.every(({ verdict }) => verdict !== "missing"), checks };
}

/** Pure, for its test. */
export function nodeCheck(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return {
    name: "Node.js",
    verdict: isNewEnough ? "ok" : "missing",
    found: version,
    fix: isNewEnough ? null : `install Node.js ${OLDEST_NODE.join(".")} or newer`,
  };
}

/** Programs that unpack dumps; `runs` says whether one is there. Pure, for its test. */
export function unpackersCheck(runs: (program: string) => boolean): DoctorCheck {
  const name = "unpacking programs";
  const missing = Object.values(UNPACKERS).filter(({ program }) => !runs(program));
  const packages = missing.map(({ debianPackage }) => debianPackage).join(" ");
  return {
    name,
    verdict: missing.length === 0 ? "ok" : "warning",
    found:
      missing.length === 0
        ? Object.keys(UNPACKERS).join(", ")
        : `no ${missing.map(({ program }) => program).join(", no ")}: dumps packed so cannot be taken in`,
    fix: missing.length === 0 ? null : `apt-get install ${packages}`,
  };
}

/** Native code may end its process: each part is tried in a child of its own. */
async function probeChecks(signal: AbortSignal | undefined): Promise<readonly DoctorCheck[]> {
  const pool = createChildPool<{ readonly probe: Probe }, ProbeAnswer>({
    entry: programBeside("./doctor-child", import.meta.url),
    workers: 1,
    parseResult: (message) => probeAnswerSchema.parse(message),
    crashResult: (_job, reason, detail) => ({ ok: false, found: `${reason}: ${detail}` }),
    timeoutMs: () => PROBE_TIMEOUT_MS,
    signal,
  });
  try {
    const checks: DoctorCheck[] = [];
    for (const probe of PROBES) {
      const { ok, found } = await pool.run({ probe });
      const name = PROBE_NAMES[probe];
      checks.push({ name, verdict: ok ? "ok" : "missing", found, fix: ok ? null : PROBE_FIXES[probe] });
    }
    return checks;
  } finally {
    await pool.close();
  }
}

async function spaceCheck(folder: string): Promise<DoctorCheck> {
  const name = "free space";
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    const found = `${formatSize(freeBytes)} on the disk of "${folder}"`;
    if (freeBytes >= LITTLE_SPACE_BYTES) return { name, verdict: "ok", found, fix: null };
    const fix =
      "free some space: packing needs room for every shard, and for a few tracks at a time beside them";
    return { name, verdict: freeBytes < TOO_LITTLE_SPACE_BYTES ? "missing" : "warning", found, fix };
  } catch (error) {
    return {
      name,
      verdict: "missing",
      found: errorMessage(error),
      fix: `make the folder "${folder}", or name another`,
    };
  }
}

async function hardLinkCheck(folder: string): Promise<DoctorCheck> {
  const name = "hard links";
  let scratch: string | null = null;
  try {
    scratch = await mkdtemp(join(folder, `${TEMPORARY_PREFIX}doctor-`));
    await writeFile(join(scratch, "a"), "a");
    if (await tryHardLink(join(scratch, "a"), join(scratch, "b"))) {
      return {
        name,
        verdict: "ok",
        found: "a release costs no space for the shards it shares with the archive",
        fix: null,
      };
    }
    const fix =
      "none needed: releases are copied; keep the archive on a disk of its own kind (ext4, XFS, ZFS) to save space";
    return { name, verdict: "warning", found: "this file system has none", fix };
  } catch (error) {
    const fix = `check who owns "${folder}" and its permissions: nothing can be written there`;
    return { name, verdict: "missing", found: errorMessage(error), fix };
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

async function keyCheck({ layout, config }: Archive): Promise<DoctorCheck> {
  const name = "signing key";
  try {
    const { did } = await readSigningKey(layout, config.did);
    const [file, folder] = [await stat(layout.keyFile), await stat(dirname(layout.keyFile))];
    if ((file.mode & 0o077) === 0 && (folder.mode & 0o022) === 0)
      return { name, verdict: "ok", found: did, fix: null };
    const fix = `chmod 600 "${layout.keyFile}"; chmod 700 "${dirname(layout.keyFile)}"`;
    return { name, verdict: "warning", found: "others on this machine can read or replace the key", fix };
  } catch (error) {
    const fix = "restore keys/signing-key.pem from your backup: releases cannot be signed without it";
    return { name, verdict: "missing", found: errorMessage(error), fix };
  }
}
