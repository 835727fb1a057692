import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What one run of a command cost, its children included. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time of the command and all its children. */
  readonly cpuSeconds: number;
  /** Largest sum, over the whole process tree, of memory counted once where it is shared (PSS). */
  readonly peakTreeBytes: number;
}

const TICKS_PER_SECOND = 100; // USER_HZ of Linux on every platform that Debian supports
const SAMPLE_MS = 100;
/** Looking at memory holds up the process that is looked at: of the time, at most one part in so many. */
const SAMPLE_SHARE = 100;

/** Runs a command to its end and measures it. Throws when its exit code is none of `accepted`. */
export async function measure(
  command: string,
  args: readonly string[],
  options: { readonly accepted?: readonly number[]; readonly cwd?: string } = {},
): Promise<Cost> {
  const cpuBefore = childCpuSeconds();
  const start = process.hrtime.bigint();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], cwd: options.cwd });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
  });
  let peakTreeBytes = 0;
  let sampler: NodeJS.Timeout;
  const sample = (): void => {
    const began = performance.now();
    peakTreeBytes = Math.max(peakTreeBytes, treeBytes(child.pid ?? 0));
    sampler = setTimeout(sample, Math.max(SAMPLE_MS, SAMPLE_SHARE * (performance.now() - began)));
  };
  sampler = setTimeout(sample, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(sampler);
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (code === null || !(options.accepted ?? [0]).includes(code)) {
    throw new Error(`${command} ended with ${code}: ${stderr}`);
  }
  return { wallSeconds, cpuSeconds: childCpuSeconds() - cpuBefore, peakTreeBytes };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Medians, figure by figure, of several runs. */
export function medianCost(costs: readonly Cost[]): Cost {
  return {
    wallSeconds: median(costs.map((cost) => cost.wallSeconds)),
    cpuSeconds: median(costs.map((cost) => cost.cpuSeconds)),
    peakTreeBytes: median(costs.map((cost) => cost.peakTreeBytes)),
  };
}

/** CPU time of children that have ended and were waited for: proc(5), fields 16 and 17 of `stat`. */
function childCpuSeconds(): number {
  const fields = statFields(process.pid);
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function treeBytes(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statFields(Number(name))[1] ?? 0));
  }
  let bytes = 0;
  for (const pid of parents.keys()) {
    let ancestor: number | undefined = pid;
    while (ancestor !== undefined && ancestor > 1 && ancestor !== root) ancestor = parents.get(ancestor);
    if (ancestor === root) bytes += proportionalBytes(pid);
  }
  return bytes;
}

function proportionalBytes(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The fields of `/proc/<pid>/stat` after the command's name: [0] is the state, [1] the parent. */
function statFields(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
