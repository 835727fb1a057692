import { CommanderError } from "commander";
import { systemClock } from "../core/clock.ts";
import { EXIT, type ExitCode } from "../core/errors.ts";
import { COMMAND_NAMES, loadCommands } from "./commands/index.ts";
import { commandsAskedFor } from "./commands-asked-for.ts";
import { CommandContext } from "./context.ts";
import type { CommandCall } from "./define-command.ts";
import { type Failure, failureFrom, printFailure } from "./failure.ts";
import type { Host } from "./host.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { buildProgram } from "./program.ts";
import { jsonLine } from "./report/json-line.ts";
import { JsonReporter } from "./report/json-reporter.ts";
import { Output } from "./report/output.ts";
import { TextReporter } from "./report/text-reporter.ts";
import { type GlobalFlags, globalFlagsSchema } from "./settings.ts";

const DEFAULT_FLAGS: GlobalFlags = globalFlagsSchema.parse({});

/** Runs one command line (without the program's own name) and says with which code the process is to end. */
export async function runCommandLine(words: readonly string[], host: Host): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const commands = await loadCommands(commandsAskedFor(words, COMMAND_NAMES));
  const program = buildProgram(host, commands, async (call) => {
    exitCode = await runCommand(call, globalFlagsSchema.parse(program.opts()), host);
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version; or the help of a noun without a verb, which commander has printed with code 1.
    if (error instanceof CommanderError && PRINTED.has(error.code)) {
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    const json = words.includes("--json");
    const streams = openOutputs(
      host,
      { ...DEFAULT_FLAGS, json, color: !words.includes("--no-color") },
      false,
    );
    return await tell(failureFrom(error, false), "deadwax", streams, json);
  }
}

const PRINTED: ReadonlySet<string> = new Set([
  "commander.helpDisplayed",
  "commander.version",
  "commander.help",
]);

interface Outputs {
  readonly results: Output;
  readonly messages: Output;
}

async function runCommand(call: CommandCall, flags: GlobalFlags, host: Host): Promise<ExitCode> {
  const { json, quiet } = flags;
  const outputs = openOutputs(host, flags, call.dataOnStdout);
  endQuietlyWithoutReader(host, outputs, call.kind === "tells");
  const text = new TextReporter({ output: outputs.messages, quiet, nowMs: host.nowMs });
  const reporter = json ? new JsonReporter({ output: outputs.results, quiet, nowMs: host.nowMs }) : text;
  const interrupts = listenForInterrupts(host, () =>
    reporter.warn(
      call.kind === "tells"
        ? "stopping"
        : "stopping after the current step; run the same command again to go on",
    ),
  );
  try {
    const context = new CommandContext({
      host,
      flags,
      commandName: call.name,
      reporter,
      messages: outputs.messages,
      heading: (title) => (json ? reporter.note(title) : text.step(title)),
      signal: interrupts.signal,
      clock: systemClock,
    });
    const { summary, show, exitCode = EXIT.ok } = await call.run(context);
    text.clear();
    if (json) outputs.results.line(jsonLine(summaryRecord(call.name, summary, exitCode)));
    else if (!quiet || call.kind === "tells") show?.(outputs.results);
    return exitCode;
  } catch (error) {
    text.clear();
    if (host.environment.DEADWAX_DEBUG) outputs.messages.line(stackOf(error));
    return await tell(failureFrom(error, interrupts.signal.aborted, call.kind), call.name, outputs, json);
  } finally {
    interrupts.stop();
    await Promise.all([outputs.results.flush(), outputs.messages.flush()]);
  }
}

/** The one place that tells a failure: a line for people, or two records for programs. */
async function tell(failure: Failure, command: string, outputs: Outputs, json: boolean): Promise<ExitCode> {
  const { exitCode, ...fields } = failure;
  if (json) {
    outputs.results.line(jsonLine({ type: "error", ...fields, exitCode }));
    outputs.results.line(jsonLine(summaryRecord(command, {}, exitCode)));
  } else printFailure(outputs.messages, failure);
  await Promise.all([outputs.results.flush(), outputs.messages.flush()]);
  return exitCode;
}

function summaryRecord(
  command: string,
  summary: Readonly<Record<string, unknown>>,
  exitCode: ExitCode,
): Record<string, unknown> {
  return { type: "summary", command, ...summary, exitCode };
}

function openOutputs(host: Host, flags: GlobalFlags, dataOnStdout: boolean): Outputs {
  const messages = new Output(host.stderr, flags.color, host.environment);
  return {
    messages,
    results: dataOnStdout ? messages : new Output(host.stdout, flags.color, host.environment),
  };
}

/** When the reader of a pipe has gone (`| head`), work goes on in silence and a mere answer ends. */
function endQuietlyWithoutReader(host: Host, outputs: Outputs, endNow: boolean): void {
  host.stdout.on("error", () => {
    outputs.results.markClosed();
    if (endNow) host.exitNow(EXIT.ok);
  });
  host.stderr.on("error", () => outputs.messages.markClosed());
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
