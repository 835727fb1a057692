import { openArchive, silentReporter } from "../../core/index.ts";
import { packPlan } from "../pack-plan.ts";
import { dieAtOperation } from "./die-at-operation.ts";
import { packSample } from "./sample-archive.ts";

/**
 * `pack-and-die ARCHIVE NUMBER [WORKERS]`: packs and kills itself with SIGKILL before its file operation of that number;
 * with the stand-in for the audio stage unless a number of workers is given. Prints how many operations there were when it
 * lives to the end.
 */
const [, , root = "", number = "", workers] = process.argv;
const archive = await openArchive(root);
const operations = await dieAtOperation(archive, Number(number));
if (workers === undefined) await packSample(archive);
else await packPlan({ archive, reporter: silentReporter, workers: Number(workers) });
process.stdout.write(`${operations()}\n`);
