import { parentIsGone, serveJobs } from "../core/child-worker.ts";
import { errorMessage, systemErrorCode } from "../core/errors.ts";
import { openSource } from "../sources/source-file.ts";
import { checkAudio } from "./check-audio.ts";
import type { WorkerReply } from "./outcome-schema.ts";
import { processAudioFile } from "./process-audio-file.ts";
import { parseWorkerJob } from "./worker-job.ts";

// The program of the child processes, the only ones in which FFmpeg runs: a crash of native code ends its process.
serveJobs(async (message): Promise<WorkerReply> => {
  const work = parseWorkerJob(message);
  try {
    return work.kind === "audio"
      ? {
          kind: "audio",
          outcome: await processAudioFile(work.job, { openSource, shouldStop: parentIsGone }),
        }
      : { kind: "check", outcome: await checkAudio(work.job, parentIsGone) };
  } catch (error) {
    return { kind: "trouble", code: systemErrorCode(error), message: errorMessage(error) };
  }
});
