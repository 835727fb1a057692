import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { gateBut } from "../../../test/fixtures/sealed-archive.ts";
import { openArchive, silentReporter } from "../../core/index.ts";
import { createRelease } from "../create-release.ts";

/**
 * `release-and-die ARCHIVE NUMBER CLOSED`: makes the release "killed" without track CLOSED, and kills itself with SIGKILL before
 * its file operation of that number; 0 lets it live. Prints how many operations there were when it lives to the end.
 */
const [, , root = "", number = "", closed = ""] = process.argv;
const archive = await openArchive(root);
let operations = 0;

/** Counts the calls of a function that changes files, before they are made. */
function watch(owner: object, name: string): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new Error(`no function ${name}`);
  Reflect.set(owner, name, function (this: unknown, ...values: unknown[]): unknown {
    operations += 1;
    if (operations === Number(number)) process.kill(process.pid, "SIGKILL");
    return Reflect.apply(original, this, values);
  });
}

const probe = await fs.promises.open(archive.layout.configFile, "r");
const handle: unknown = Object.getPrototypeOf(probe);
await probe.close();
if (typeof handle !== "object" || handle === null) throw new Error("no prototype");
for (const name of ["write", "writeFile", "sync"]) watch(handle, name);
for (const name of ["open", "link", "rename", "rm", "mkdir"]) watch(fs.promises, name);
syncBuiltinESMExports();

await createRelease({
  archive,
  reporter: silentReporter,
  gate: gateBut([Number(closed)]),
  name: "killed",
  clock: { now: () => new Date("2026-11-23T12:00:00Z") },
});
process.stdout.write(`${operations}\n`);
