import { openArchive } from "../../core/archive.ts";
import { silentReporter } from "../../core/reporter.ts";
import { addDiscogsSource } from "../discogs/add-discogs-source.ts";
import { addErnSource } from "../ern/add-ern-source.ts";
import { addTableSource } from "../table/add-table-source.ts";

/** Run by a test: kills itself (as `kill -9` does) when so many bytes were read. */
const [archiveFolder = "", kind = "", file = "", mapping = "", bytes = ""] = process.argv.slice(2);
const archive = await openArchive(archiveFolder);
let left = Number(bytes);
const die = (): void => void process.kill(process.pid, "SIGKILL");
const reporter = {
  ...silentReporter,
  progress: () => ({
    setTotal() {},
    advance(count: number) {
      left -= count;
      if (left <= 0) die();
    },
    finish() {},
  }),
};
if (kind === "discogs") await addDiscogsSource({ archive, reporter, files: [file] });
else if (kind === "ern") await addErnSource({ archive, reporter, files: [file] });
else await addTableSource({ archive, reporter, file, mapping, batchBytes: 1 << 18 });
