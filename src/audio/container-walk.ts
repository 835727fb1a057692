import {
  type Container,
  createPayloadHasher,
  type PayloadHasher,
  sniffContainer,
} from "../formats/audio/index.ts";
import { type ReadContainer, readContainerReport } from "./container-report.ts";

/** What `sniffContainer` asks for. */
const HEAD_BYTES = 65_536;
/** Where taggers leave what they did: behind the last frame, or in the tag in front. */
const TAIL_BYTES = 16_384;

interface Candidate {
  readonly container: Container;
  readonly hasher: PayloadHasher;
}

/** Finds out what a file is and walks its structure while its bytes pass by, once and in bounded memory. */
export class ContainerWalk {
  readonly #fileName: string;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #candidates: readonly Candidate[] | null = null;
  #refusal: string | null = null;

  /** The name only decides between FLAC and MP3 behind a tag that is longer than the head. */
  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  push(chunk: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    if (this.#candidates !== null) {
      for (const { hasher } of this.#candidates) hasher.push(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= HEAD_BYTES) this.#begin();
  }

  finish(): ReadContainer {
    const candidates = this.#candidates ?? this.#begin();
    if (this.#refusal !== null) return { ok: false, reason: "not-audio", detail: this.#refusal };
    const reports = candidates.map(({ hasher }) => hasher.finish());
    const fitting = reports.find(({ problems }) => !problems.some(({ kind }) => kind === "wrong-container"));
    const report = fitting ?? reports[0];
    if (report === undefined) return { ok: false, reason: "not-audio", detail: "no container that is known" };
    const edges = Buffer.concat([this.#head.subarray(0, HEAD_BYTES), this.#tail]);
    return readContainerReport(report, { gainWasEdited: edges.includes("MP3GAIN") });
  }

  #begin(): readonly Candidate[] {
    const { container, reason, probeAtBytes } = sniffContainer(this.#head, this.#fileName);
    if (container === "zip" || container === "unknown") {
      this.#refusal = reason;
      this.#candidates = [];
    } else {
      // The tag in front is too long to see behind it: both walks pass over it, and one of them finds itself wrong.
      const kinds: readonly Container[] = probeAtBytes === undefined ? [container] : ["flac", "mp3"];
      this.#candidates = kinds.map((kind) => ({ container: kind, hasher: createPayloadHasher(kind) }));
    }
    for (const { hasher } of this.#candidates) hasher.push(this.#head);
    return this.#candidates;
  }
}
