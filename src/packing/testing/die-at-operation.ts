import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { Archive } from "../../core/index.ts";

/**
 * From now on this process kills itself with SIGKILL before its file operation `number` (0: never). Gives how many there
 * were so far.
 */
export async function dieAtOperation(archive: Archive, number: number): Promise<() => number> {
  let operations = 0;
  /** Counts the calls of a function that changes files, before they are made. */
  function watch(owner: object, name: string): void {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== "function") throw new Error(`no function ${name}`);
    Reflect.set(owner, name, function (this: unknown, ...values: unknown[]): unknown {
      operations += 1;
      if (operations === number) process.kill(process.pid, "SIGKILL");
      return Reflect.apply(original, this, values);
    });
  }
  const probe = await fs.promises.open(archive.layout.configFile, "r");
  const handle: unknown = Object.getPrototypeOf(probe);
  await probe.close();
  if (typeof handle !== "object" || handle === null) throw new Error("no prototype");
  for (const name of ["write", "writeFile", "appendFile", "datasync", "sync", "truncate"])
    watch(handle, name);
  for (const name of ["open", "rename", "rm", "mkdir"]) watch(fs.promises, name);
  syncBuiltinESMExports();
  return () => operations;
}
