import { serveJobs } from "../../core/child-worker.ts";
import { readItem } from "./read-item.ts";
import { parseReadJob } from "./read-job.ts";

serveJobs(async (message) => {
  const { items, limits, withTags } = parseReadJob(message);
  const outcomes = [];
  for (const item of items) outcomes.push(await readItem(item, limits, withTags));
  return { outcomes };
});
