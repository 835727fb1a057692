import { Command, Option } from "commander";
import { DEADWAX_VERSION } from "../core/version.ts";
import { NOUNS } from "./commands/index.ts";
import type { Execute, RegisteredCommand } from "./define-command.ts";
import type { Host } from "./host.ts";
import { choosePainter } from "./report/style.ts";
import { parseWorkers } from "./settings.ts";

/** The tree of these commands; `execute` is called with the one that was asked for. */
export function buildProgram(host: Host, commands: readonly RegisteredCommand[], execute: Execute): Command {
  const program = new Command("deadwax");
  program
    .description(
      "A preservation archive for music: keep it bit-exact, prove every byte, share what is free to share.",
    )
    .version(DEADWAX_VERSION, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .addOption(
      new Option("--archive <folder>", "the archive (default: DEADWAX_ARCHIVE, else the one around you)"),
    )
    .addOption(new Option("--json", "JSON lines on standard output, each with a type"))
    .addOption(new Option("--quiet", "no notes, no progress; warnings and errors stay"))
    .addOption(new Option("--no-color", "no colour (also: NO_COLOR)"))
    .addOption(
      new Option(
        "--workers <n>",
        "child processes for heavy work (default: DEADWAX_WORKERS, else one a core)",
      ).argParser(parseWorkers),
    )
    .addHelpText("after", PROGRAM_FOOTER);
  configure(program, host);
  for (const command of commands) {
    const parent = command.path.slice(0, -1).reduce((node, word) => childNamed(node, word, host), program);
    command.attach(parent, execute);
  }
  for (const command of allCommands(program)) configure(command, host);
  return program;
}

const PROGRAM_FOOTER = `
Begin here:
  # a folder of music becomes an archive and a release, in one command
  deadwax preserve ~/Music --into ~/archive --budget 40GB
  # what the machine has and what is missing
  deadwax doctor

Each command has help of its own: deadwax release create --help
`;

function childNamed(parent: Command, word: string, host: Host): Command {
  const existing = parent.commands.find((command) => command.name() === word);
  if (existing) return existing;
  const noun = parent
    .command(word)
    .summary(NOUNS.get(word) ?? "")
    .description(NOUNS.get(word) ?? "");
  configure(noun, host);
  return noun;
}

function configure(command: Command, host: Host): void {
  const titles = (stream: Host["stdout"]) =>
    choosePainter({ isTerminal: stream.isTTY === true, wanted: true, environment: host.environment });
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({
      showGlobalOptions: command.parent !== null,
      styleTitle: (title) => titles(host.stdout)("bold", title),
      sortSubcommands: false,
    })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => helpWidth(host.stdout.columns),
      getErrHelpWidth: () => helpWidth(host.stderr.columns),
      // Errors are thrown, and told in the one place that tells errors.
      outputError: () => {},
    });
}

function helpWidth(columns: number | undefined): number {
  return Math.min(110, Math.max(40, columns || 100));
}

function allCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}
