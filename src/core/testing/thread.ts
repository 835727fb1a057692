import { serveThread } from "../run-thread.ts";

await serveThread(async (input) => {
  if (input === "fail") throw new RangeError("as the test wants it");
  if (input === "wait") await new Promise((resolve) => setTimeout(resolve, 60_000));
  return [input, input];
});
