/**
 * `cli`: the command line. A *command* is `deadwax NOUN VERB`: it reads its arguments, calls one function of a stage and
 * prints what comes back. A *reporter* speaks while it runs, to a person (`TextReporter`) or to a program
 * (`JsonReporter`). A *failure* is told in one place, as text or JSON, with its exit code.
 */
export { COMMAND_NAMES, loadCommands, NOUNS } from "./commands/index.ts";
export { EXIT_MEANINGS } from "./exit-codes.ts";
export { type Host, processHost } from "./host.ts";
export { buildProgram } from "./program.ts";
export { runCommandLine } from "./run-command-line.ts";
