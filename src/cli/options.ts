import { Option } from "commander";
import { UsageError } from "../core/errors.ts";
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

export function encryptionOption(): Option {
  return new Option("--encryption <how>", "of connections to peers: those that can be, all, none")
    .choices(["prefer", "require", "off"])
    .default("prefer");
}

export function dhtOptions(): readonly Option[] {
  return [
    new Option("--dht", "use the distributed hash table too (BEP 5); never for private torrents"),
    new Option("--dht-node <host:port>", "a node to begin with (default: the well-known ones)").argParser(
      collect,
    ),
  ];
}

/** A whole number above zero. Throws `UsageError`. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new UsageError(`"${text}" is not a number above zero`, { hint: "give a whole number" });
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** The same for options that know a few values only. Throws `UsageError`. */
export function collectFrom(
  choices: readonly string[],
): (value: string, previous: readonly string[] | undefined) => readonly string[] {
  return (value: string, previous: readonly string[] | undefined): readonly string[] => {
    if (choices.includes(value)) return collect(value, previous);
    throw new UsageError(`"${value}" is not one of ${choices.join(", ")}`, { hint: "see --help" });
  };
}

/** A TCP port; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`"${text}" is not a port`, { hint: "give a number from 0 to 65535" });
}
