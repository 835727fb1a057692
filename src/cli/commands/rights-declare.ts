import { Option } from "commander";
import { z } from "zod";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { collect, collectFrom, dryRunOption } from "../options.ts";
import { printFields } from "../report/table.ts";

const RIGHTS = ["recording", "composition"] as const;
const ACTS = ["disseminate", "derive"] as const;

export const rightsDeclareCommand: RegisteredCommand = defineCommand({
  path: ["rights", "declare"],
  summary: "record a right that you can prove, or an order not to release",
  details: [
    "A declaration is kept with its date and a copy of the evidence, and is never edited. A denial stands against every grant but a later one of a narrower scope.",
    "Scopes: track:<id>, album:<title>, artist:<name>, path:<folder in the source>, source:<label>, archive.",
  ].join("\n"),
  options: [
    new Option("--scope <scope>", "what it speaks for").makeOptionMandatory(),
    new Option(
      "--licence <licence>",
      "SPDX name, Creative Commons URL, or LicenseRef-<name> for a permission of your own",
    ),
    new Option("--evidence <file>", "the letter, contract or page that proves it"),
    new Option("--deny", "do not release, whatever else is said; needs no licence and no evidence"),
    new Option("--covers <right>", "one of the two rights; may be repeated (default: both)").argParser(
      collectFrom(RIGHTS),
    ),
    new Option(
      "--act <act>",
      "what a LicenseRef- permission allows; may be repeated (default: disseminate)",
    ).argParser(collectFrom(ACTS)),
    new Option(
      "--territory <code>",
      "ISO 3166-1 alpha-2 code; may be repeated (default: worldwide)",
    ).argParser(collect),
    new Option("--start <day>", "first day, YYYY-MM-DD"),
    new Option("--end <day>", "last day, YYYY-MM-DD"),
    new Option("--note <text>", "a remark for those who come after"),
    dryRunOption(),
  ],
  input: z.object({
    scope: z.string(),
    licence: z.string().optional(),
    evidence: z.string().optional(),
    deny: z.boolean().default(false),
    covers: z.array(z.enum(RIGHTS)).optional(),
    act: z.array(z.enum(ACTS)).optional(),
    territory: z.array(z.string()).optional(),
    start: z.string().optional(),
    end: z.string().optional(),
    note: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    [
      'deadwax rights declare --scope "artist:The Test Tones" --licence CC-BY-4.0 --evidence mail.eml',
      "an artist wrote that their music is CC BY 4.0",
    ],
    ["deadwax rights declare --scope track:CZ07YVRR3A37G --deny --note takedown", "a takedown"],
    [
      "deadwax rights declare --scope source:label --licence LicenseRef-contract-7 --evidence contract.pdf --dry-run",
      "check a declaration, and record nothing",
    ],
  ],
  exitCodes: [10, 11, 14],
  kind: "does",
  async run(context, { evidence, act, dryRun, ...said }) {
    const archive = await context.openArchive();
    const { declareRights } = await import("../../rights/index.ts");
    const evidenceFile = evidence === undefined ? undefined : context.resolvePath(evidence);
    const declare = () =>
      declareRights({ archive, clock: context.clock, ...said, acts: act, evidenceFile, dryRun });
    const summary = dryRun ? await declare() : await context.writing(archive, declare);
    for (const warning of summary.warnings) context.reporter.warn(warning);
    return {
      summary: { ...summary, dryRun },
      show: (output) =>
        printFields(output, [
          ["declaration", dryRun ? "(nothing was recorded)" : summary.declaration, "bold"],
          ["scope", summary.scope],
          ["decision", summary.decision],
          ["licence", summary.licence],
          ["acts", summary.acts.join(", ") || null],
          ["evidence", summary.evidenceSha256],
          ["tracks", summary.tracks],
        ]),
    };
  },
});
