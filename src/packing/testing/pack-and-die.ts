import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { openArchive, silentReporter } from "../../core/index.ts";
import { packPlan } from "../pack-plan.ts";
import { packSample } from "./sample-archive.ts";

/**
 * `pack-and-die ARCHIVE NUMBER [WORKERS]`: packs and kills itself with SIGKILL before its file operation of that number;
 * with the stand-in for the audio stage unless a number of workers is given. Prints how many operations there were when it
 * lives to the end.
 */
const [, , root = "", number = "", workers] = process.argv;
const archive = await openArchive(root);
let operations = 0;

function count(): void {
  operations += 1;
  if (operations === Number(number)) process.kill(process.pid, "SIGKILL");
}

/** Counts the calls of a function that changes files, before they are made. */
function watch(owner: object, name: string): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new Error(`no function ${name}`);
  Reflect.set(owner, name, function (this: unknown, ...values: unknown[]): unknown {
    count();
    return Reflect.apply(original, this, values);
  });
}

const probe = await fs.promises.open(archive.layout.configFile, "r");
const handle: unknown = Object.getPrototypeOf(probe);
await probe.close();
if (typeof handle !== "object" || handle === null) throw new Error("no prototype");
for (const name of ["write", "writeFile", "appendFile", "datasync", "sync", "truncate"]) watch(handle, name);
for (const name of ["open", "rename", "rm", "mkdir"]) watch(fs.promises, name);
syncBuiltinESMExports();

if (workers === undefined) await packSample(archive);
else await packPlan({ archive, reporter: silentReporter, workers: Number(workers) });
process.stdout.write(`${operations}\n`);
