import { openArchive, type Progress, silentReporter } from "../../core/index.ts";
import { buildCatalogue } from "../build-catalogue.ts";

/**
 * `build-and-die ARCHIVE STEP MS`: builds the catalogue and kills itself with SIGKILL so many milliseconds after that
 * step, or says how many steps there were.
 */
const [, , root = "", step = "", delayMs = "0"] = process.argv;
let steps = 0;
const die = (): boolean => process.kill(process.pid, "SIGKILL");
const progress: Progress = {
  advance() {
    steps += 1;
    if (steps !== Number(step)) return;
    if (delayMs === "0") die();
    else setTimeout(die, Number(delayMs));
  },
  setTotal() {},
  finish() {},
};
await buildCatalogue({
  archive: await openArchive(root),
  reporter: { ...silentReporter, progress: () => progress },
});
process.stdout.write(`${steps}\n`);
