import { serveThread } from "../core/run-thread.ts";
import { secondsQuestion, tallySeconds } from "./seconds-tally.ts";

await serveThread((question) => tallySeconds(secondsQuestion.parse(question)));
