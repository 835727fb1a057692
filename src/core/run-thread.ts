import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { InterruptedError } from "./errors.ts";

/**
 * Runs a program, which calls `serveThread`, in a thread of its own and gives its answer. `input` and answer are copied, shared memory is
 * shared. Rejects with what the program throws, and with `InterruptedError` when the signal fires.
 */
export function runThread(entry: URL, input: unknown, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = startThread(entry, input);
    const stop = (): void => {
      reject(new InterruptedError());
      void worker.terminate();
    };
    signal?.addEventListener("abort", stop, { once: true });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => {
      signal?.removeEventListener("abort", stop);
      // After an answer this is not heard any more.
      reject(new Error(`a thread ended with ${code}`));
    });
  });
}

/** The thread's side of `runThread`. */
export async function serveThread(handler: (input: unknown) => Promise<unknown>): Promise<void> {
  parentPort?.postMessage(await handler(workerData));
}

/** What a loop over blocks leaves behind dies young: more room for it would be memory for nothing. */
const YOUNG_MB = 4;

/** A thread with a program, which gets `workerData`, with so much room for what dies young. */
export function startThread(entry: URL, workerData: unknown, youngMb: number = YOUNG_MB): Worker {
  const options = { workerData, resourceLimits: { maxYoungGenerationSizeMb: youngMb } };
  if (!isTypeScript(entry)) return new Worker(entry, options);
  // In a thread, tsx is not registered by an option of Node's.
  const tsx = import.meta.resolve("tsx/esm/api");
  const source = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(source, { ...options, eval: true });
}

/** A program beside a module, by its name without the ending: that of the module itself. */
export function programBeside(name: string, moduleUrl: string): URL {
  return new URL(`${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}

/** Options that Node needs for a process: `.ts` (development and tests) runs through tsx, built `.js` as it is. */
export function loaderOf(entry: URL): readonly string[] {
  return isTypeScript(entry)
    ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href]
    : [];
}

function isTypeScript(entry: URL): boolean {
  return entry.pathname.endsWith(".ts");
}
