import { openArchive, type Progress, silentReporter } from "../../core/index.ts";
import { buildCatalogue } from "../build-catalogue.ts";

/** `build-and-die ARCHIVE STEP`: builds the catalogue and kills itself with SIGKILL after that step. */
const [, , root = "", step = ""] = process.argv;
let steps = 0;
const progress: Progress = {
  advance() {
    steps += 1;
    if (steps === Number(step)) process.kill(process.pid, "SIGKILL");
  },
  setTotal() {},
  finish() {},
};
await buildCatalogue({
  archive: await openArchive(root),
  reporter: { ...silentReporter, progress: () => progress },
});
process.stdout.write(`${steps}\n`);
