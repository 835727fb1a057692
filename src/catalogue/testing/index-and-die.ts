import { openArchive, type Progress, silentReporter } from "../../core/index.ts";
import { buildIndexes, planIndexes } from "../search/build-indexes.ts";
import { currentSnapshot } from "../store/snapshot-store.ts";

/** `index-and-die ARCHIVE STEP`: builds the index anew and kills itself with SIGKILL at that step of progress. */
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
const archive = await openArchive(root);
await buildIndexes(planIndexes(await currentSnapshot(archive), { rebuild: true }), {
  archive,
  reporter: { ...silentReporter, progress: () => progress },
});
