import { OggWalker } from "../ogg/walker.ts";
import type { PayloadHasher, PayloadReport } from "./payload-report.ts";

/** The Ogg walk in the form of the other hashers; its report is under `structure.walk`. */
export class OggPayloadHasher implements PayloadHasher {
  readonly #walker: OggWalker = new OggWalker();

  push(chunk: Uint8Array): void {
    this.#walker.push(chunk);
  }

  finish(): PayloadReport {
    const walk = this.#walker.finish();
    return {
      payloadSha256: walk.payloadSha256,
      method: walk.payloadMethod,
      problems: walk.problems.map((problem) => ({
        kind: "ogg",
        offsetBytes: problem.offsetBytes,
        detail: `${problem.kind}: ${problem.detail}`,
      })),
      problemCount: walk.problemCount,
      sizeBytes: walk.sizeBytes,
      structure: { container: "ogg", walk },
    };
  }
}
