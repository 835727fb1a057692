import { openArchive } from "../../../core/archive.ts";
import { silentReporter } from "../../../core/reporter.ts";
import { addMusicBrainzSource } from "../add-musicbrainz-source.ts";

/** Run by a test that kills it: adds the file in small batches. */
const [archiveFolder = "", file = "", batchBytes = ""] = process.argv.slice(2);
const archive = await openArchive(archiveFolder);
await addMusicBrainzSource({
  archive,
  reporter: silentReporter,
  files: [file],
  batchBytes: Number(batchBytes),
});
