import { openArchive, silentReporter, withArchiveLock } from "../../core/index.ts";
import { findDuplicates } from "../find-duplicates.ts";
import { dieAtOperation } from "./die-at-operation.ts";

/**
 * `compare-and-die ARCHIVE NUMBER`: finds duplicates and kills itself with SIGKILL before its file operation of that
 * number. Prints how many there were when it lives to the end.
 */
const [, , root = "", number = ""] = process.argv;
const archive = await openArchive(root);
const operations = await dieAtOperation(archive, Number(number));
await withArchiveLock(archive.layout, "catalogue duplicates", () =>
  findDuplicates({ archive, reporter: silentReporter }),
);
process.stdout.write(`${operations()}\n`);
