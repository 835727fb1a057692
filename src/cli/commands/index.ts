import type { RegisteredCommand } from "../define-command.ts";
import { configShowCommand } from "./config.ts";
import { initCommand } from "./init.ts";

/** Every command, in the order of the help: first the whole way, then its steps, then the rest. */
export const COMMANDS: readonly RegisteredCommand[] = [initCommand, configShowCommand];

/** What the nouns stand for, for the help. */
export const NOUNS: ReadonlyMap<string, string> = new Map([
  ["source", "where facts come from: folders of audio, play counts"],
  ["source add", "take in a folder or a file"],
  ["catalogue", "the snapshot that is computed from the sources"],
  ["rights", "what may be done with each track, and who says so"],
  ["release", "signed bags and their torrents"],
  ["config", "settings"],
]);
