import type { Argument, Command, Option } from "commander";
import type { z } from "zod";
import type { ExitCode } from "../core/errors.ts";
import type { CommandContext } from "./context.ts";
import { COMMON_EXIT_CODES, EXIT_MEANINGS } from "./exit-codes.ts";
import type { Output } from "./report/output.ts";

/** What a command gives back: its summary for programs, and how to show its result to a person. */
export interface Outcome {
  /** Fields of the final JSON line. */
  readonly summary: Readonly<Record<string, unknown>>;
  /** 0 unless told. */
  readonly exitCode?: ExitCode;
  /** Prints the result on standard output; left out, nothing is printed. */
  readonly show?: (output: Output) => void;
}

export interface CommandDefinition<Input> {
  /** The words after `deadwax`: `["release", "create"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** For its own help, in lines of any length; an empty line ends a paragraph. */
  readonly details?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Turns arguments and options, by their camel-case names, into what `run` takes. */
  readonly input: z.ZodType<Input>;
  /** Two or three command lines, each with what it does. */
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[];
  /** Those beyond success, failure and usage. */
  readonly exitCodes: readonly ExitCode[];
  /** `quiet` silences the result of a command that does something, not that of one that was asked something. */
  readonly kind: "does" | "tells";
  /** True when standard output carries bytes (`-o -`): everything that is said then goes to standard error. */
  readonly dataOnStdout?: (input: Input) => boolean;
  readonly run: (context: CommandContext, input: Input) => Promise<Outcome>;
}

export interface CommandCall {
  readonly name: string;
  readonly kind: "does" | "tells";
  readonly dataOnStdout: boolean;
  readonly run: (context: CommandContext) => Promise<Outcome>;
}

export type Execute = (call: CommandCall) => Promise<void>;

/** A command that can be hung into the tree; what its input is, is its own affair. */
export interface RegisteredCommand {
  readonly path: readonly string[];
  attach(parent: Command, execute: Execute): void;
}

export function defineCommand<Input>(definition: CommandDefinition<Input>): RegisteredCommand {
  return {
    path: definition.path,
    attach(parent, execute) {
      const command = parent.command(definition.path.at(-1) ?? "").summary(definition.summary);
      command.description(
        definition.details
          ? `${definition.summary}\n\n${definition.details.replace(/(?<!\n)\n(?!\n)/g, " ")}`
          : definition.summary,
      );
      for (const argument of definition.arguments ?? []) command.addArgument(argument);
      for (const option of definition.options ?? []) command.addOption(option);
      command.addHelpText("after", helpFooter(definition));
      const name = ["deadwax", ...definition.path].join(" ");
      command.action(async () => {
        const given = { ...argumentsByName(command), ...command.opts<Record<string, unknown>>() };
        const input = definition.input.parse(given);
        await execute({
          name,
          kind: definition.kind,
          dataOnStdout: definition.dataOnStdout?.(input) ?? false,
          run: (context) => definition.run(context, input),
        });
      });
    },
  };
}

function argumentsByName(command: Command): Record<string, unknown> {
  const values: readonly unknown[] = command.processedArgs;
  return Object.fromEntries(
    command.registeredArguments.map((argument, index) => [argument.name(), values[index]]),
  );
}

function helpFooter(definition: Pick<CommandDefinition<unknown>, "examples" | "exitCodes">): string {
  const examples = definition.examples.map(([line, meaning]) => `  # ${meaning}\n  ${line}`);
  const codes = [...COMMON_EXIT_CODES, ...definition.exitCodes].sort((a, b) => a - b);
  const rows = codes.map((code) => `  ${String(code).padStart(3)}  ${EXIT_MEANINGS.get(code) ?? ""}`);
  return `\nExamples:\n${examples.join("\n")}\n\nExit codes:\n${rows.join("\n")}\n`;
}
