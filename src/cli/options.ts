import { Option } from "commander";
import { parseSize } from "../core/sizes.ts";

/** Options that several commands have, with the same words everywhere. */
export function dryRunOption(): Option {
  return new Option("--dry-run", "say what would be done, and write nothing");
}

export function yesOption(): Option {
  return new Option("--yes", "do not ask");
}

export function budgetOption(): Option {
  return new Option(
    "--budget <size>",
    "bytes that the archive may take, like 40GB or 2TiB (default: no limit)",
  ).argParser(parseSize);
}

export function policyOption(): Option {
  return new Option("--policy <file>", "a policy for this plan (JSON; default: the archive's own)");
}
