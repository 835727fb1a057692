import { resolve } from "node:path";
import { type Archive, openArchive } from "../core/archive.ts";
import { withArchiveLock } from "../core/archive-lock.ts";
import type { Clock } from "../core/clock.ts";
import { InterruptedError, throwIfAborted, UsageError } from "../core/errors.ts";
import type { Reporter } from "../core/reporter.ts";
import { askYesNo } from "./ask.ts";
import type { Host } from "./host.ts";
import type { Output } from "./report/output.ts";
import { archiveSetting, type GlobalFlags, type Setting, workersSetting } from "./settings.ts";

export interface ContextOptions {
  readonly host: Host;
  readonly flags: GlobalFlags;
  /** As a person would type it: `deadwax release create`. */
  readonly commandName: string;
  readonly reporter: Reporter;
  /** Standard error, for what is neither result nor progress. */
  readonly messages: Output;
  readonly heading: (text: string) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** What every command is given: where to speak, what to work on, when to stop. */
export class CommandContext {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly messages: Output;
  /** Announces a step of a longer command. */
  readonly heading: (text: string) => void;
  readonly #commandName: string;

  constructor(options: ContextOptions) {
    this.host = options.host;
    this.flags = options.flags;
    this.reporter = options.reporter;
    this.signal = options.signal;
    this.clock = options.clock;
    this.messages = options.messages;
    this.heading = options.heading;
    this.#commandName = options.commandName;
  }

  get archiveSetting(): Setting<string> {
    return archiveSetting(this.flags, this.host.environment, this.host.workingFolder);
  }

  get workersSetting(): Setting<number> {
    return workersSetting(this.flags, this.host.environment);
  }

  get workers(): number {
    return this.workersSetting.value;
  }

  /** What every stage's functions take. */
  stageOptions(archive: Archive): {
    readonly archive: Archive;
    readonly reporter: Reporter;
    readonly signal: AbortSignal;
    readonly clock: Clock;
    readonly workers: number;
  } {
    const { reporter, signal, clock, workers } = this;
    return { archive, reporter, signal, clock, workers };
  }

  /** A path that the person gave, seen from their working folder. */
  resolvePath(path: string): string {
    return resolve(this.host.workingFolder, path);
  }

  openArchive(): Promise<Archive> {
    return openArchive(this.archiveSetting.value);
  }

  /** Runs `work` as the only writer of the archive. */
  async writing<T>(archive: Pick<Archive, "layout">, work: () => Promise<T>): Promise<T> {
    return await withArchiveLock(archive.layout, this.#commandName, async () => {
      this.throwIfInterrupted();
      return await work();
    });
  }

  throwIfInterrupted(): void {
    throwIfAborted(this.signal);
  }

  /** True when there is a person to ask. */
  get canAsk(): boolean {
    return this.host.stdin.isTTY === true && this.messages.isTerminal && !this.flags.json;
  }

  /** Asks the person; throws `UsageError` when there is none and `--yes` was not given. */
  async confirm(question: string, yes: boolean): Promise<boolean> {
    if (yes) return true;
    if (!this.canAsk) {
      throw new UsageError("there is no terminal to ask at", {
        hint: "add --yes to go ahead without asking",
      });
    }
    try {
      return await askYesNo(this.host.stdin, this.messages, question, this.signal);
    } catch (cause) {
      if (this.signal.aborted) throw new InterruptedError(undefined, { cause });
      throw cause;
    }
  }
}
