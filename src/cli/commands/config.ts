import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Archive } from "../../core/archive.ts";
import { defaultPolicy } from "../../core/policy.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { type Column, printTable } from "../report/table.ts";
import type { Setting } from "../settings.ts";

interface NamedSetting {
  readonly name: string;
  readonly value: unknown;
  readonly from: Setting<unknown>["from"];
  readonly where: string;
  /** What it would be by itself, when it is something else. */
  readonly default?: unknown;
}

const COLUMNS: readonly Column[] = [
  { name: "SETTING" },
  { name: "VALUE", shrinks: true },
  { name: "FROM" },
  { name: "WHERE", shrinks: true },
  { name: "DEFAULT" },
];

export const configShowCommand: RegisteredCommand = defineCommand({
  path: ["config", "show"],
  summary: "every setting, and where its value comes from",
  details: "Defaults give way to deadwax.json, that to DEADWAX_* variables, and those to flags.",
  input: z.object({}),
  examples: [
    ["deadwax config show", "the settings of the archive around you"],
    ["deadwax --archive ~/archive config show --json", "the same of another archive, for a program"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context) {
    const archive = await context.openArchive();
    const settings: readonly NamedSetting[] = [
      { name: "archive", ...context.archiveSetting },
      { name: "workers", ...context.workersSetting },
      ...(await policySettings(archive)),
    ];
    for (const setting of settings) context.reporter.record({ type: "setting", ...setting });
    return {
      summary: { settings: settings.length },
      show: (output) =>
        printTable(
          output,
          COLUMNS,
          settings.map((row) => [row.name, text(row.value), row.from, row.where, text(row.default)]),
        ),
    };
  },
});

/** Each field of the policy: set in `deadwax.json`, or left to its default. */
async function policySettings(archive: Archive): Promise<readonly NamedSetting[]> {
  const written = z
    .object({ policy: z.unknown() })
    .parse(JSON.parse(await readFile(archive.layout.configFile, "utf8")));
  const inFile = new Map(leaves("policy", written.policy));
  const defaults = new Map(leaves("policy", defaultPolicy()));
  return leaves("policy", archive.config.policy).map(([name, value]) => {
    const usual = defaults.get(name);
    const difference = usual === value ? {} : { default: usual };
    return inFile.has(name)
      ? { name, value, from: "deadwax.json", where: archive.layout.configFile, ...difference }
      : { name, value, from: "default", where: "docs/policy.md" };
  });
}

function leaves(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(`${name}.${key}`, inner));
}

function text(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
