import { stat } from "node:fs/promises";
import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT, type ExitCode, UsageError } from "../../core/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { withNewArchive } from "../new-archive.ts";
import { budgetOption, dryRunOption, yesOption } from "../options.ts";
import type { Preservation, PreserveWishes } from "../preserve/preserve.ts";
import { rehearse } from "../preserve/rehearsal.ts";
import { showPlan } from "../show/plan.ts";
import { showPreservation } from "../show/preserve.ts";

export const preserveCommand: RegisteredCommand = defineCommand({
  path: ["preserve"],
  summary: "all of it: folders of music become an archive and a verified release",
  details: [
    "Makes the archive when there is none, takes the folders in, builds the catalogue, finds out what may be released,",
    "plans, shows the plan and asks; then packs, makes the release and verifies it. Each step finds what is done",
    "already: run the same command again after Ctrl-C, a crash or a power cut, or when the music has changed.",
    "",
    "Damaged files are quarantined (code 3). When no track may be released, everything is kept all the same, the end",
    "says so, and the code is 0.",
  ].join("\n"),
  arguments: [new Argument("<folders...>", "folders of music")],
  options: [
    new Option("--into <archive>", "the archive to make or to add to").makeOptionMandatory(),
    budgetOption(),
    new Option("--plays <file>", "play counts (CSV), so that what is listened to most is kept best"),
    new Option("--name <name>", "name of the release (default: release-<date>)"),
    yesOption(),
    dryRunOption(),
  ],
  input: z.object({
    folders: z.array(z.string()),
    into: z.string(),
    budget: z.int().optional(),
    plays: z.string().optional(),
    name: z.string().optional(),
    yes: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax preserve ~/Music --into ~/archive", "keep everything that the policy offers"],
    ["deadwax preserve ~/Music --into ~/archive --budget 40GB --dry-run", "show what would be kept in 40 GB"],
    [
      "deadwax preserve /mnt/a /mnt/b --into ~/archive --plays plays.csv --yes",
      "two folders, without a question",
    ],
  ],
  exitCodes: [3, 11, 12, 14, 130],
  kind: "does",
  async run(context, { folders, into, budget, plays, name, yes, dryRun }) {
    if (!yes && !dryRun && !context.canAsk) {
      throw new UsageError("there is no terminal to ask at", {
        hint: "add --yes to go ahead without asking, or --dry-run to see the plan",
      });
    }
    const wishes: PreserveWishes = {
      folders: folders.map((folder) => context.resolvePath(folder)),
      playsFile: plays === undefined ? undefined : context.resolvePath(plays),
      budgetBytes: budget,
      releaseName: name,
      agree: async (plan) => {
        if (!context.flags.json && !context.flags.quiet) showPlan(context.messages, plan);
        return await context.confirm("Keep it like this?", yes);
      },
    };
    if (name !== undefined) (await import("../../release/release-name.ts")).requireReleaseName(name);
    await requireInputs(wishes);
    const root = context.resolvePath(into);
    if (dryRun) return await preview(context, root, wishes);
    const { preserve } = await import("../preserve/preserve.ts");
    const result = await withNewArchive(context, root, undefined, (archive) =>
      preserve(context, archive, wishes),
    );
    return {
      summary: { archive: root, ...summaryOf(result) },
      exitCode: exitCodeOf(result),
      show: (output) => showPreservation(output, root, result),
    };
  },
});

/** A mistyped path ends the run before there is an archive. */
async function requireInputs({ folders, playsFile }: PreserveWishes): Promise<void> {
  for (const path of folders) {
    const found = await stat(path).catch(() => null);
    if (!found?.isDirectory()) {
      throw new UsageError(`${found ? "not a folder:" : "there is no folder"} "${path}"`, {
        hint: "check the path",
      });
    }
  }
  if (playsFile !== undefined && (await stat(playsFile).catch(() => null)) === null) {
    throw new UsageError(`there is no file "${playsFile}"`, { hint: "check the path given with --plays" });
  }
}

async function preview(context: CommandContext, root: string, wishes: PreserveWishes): Promise<Outcome> {
  const { prepare } = await import("../preserve/preserve.ts");
  const { intake, plan } = await rehearse(root, (archive) => prepare(context, archive, wishes));
  return {
    summary: { archive: root, dryRun: true, counts: intake.counts, plan },
    show: (output) => showPlan(output, plan),
  };
}

function summaryOf({ intake, rights, plan, pack, release, notReleased, verified }: Preservation): object {
  return {
    agreed: pack !== null,
    counts: intake.counts,
    rights: { open: rights.open, dark: rights.dark },
    plan: plan.plan,
    totals: plan.totals,
    packed: pack?.packed ?? null,
    alreadySealed: pack?.alreadySealed ?? null,
    quarantined: pack?.quarantined ?? null,
    quarantine: pack?.quarantine ?? [],
    sealed: pack?.archive ?? null,
    release: release && {
      name: release.name,
      created: release.created,
      folder: release.folder,
      tracks: release.tracks,
      sizeBytes: release.sizeBytes,
      torrents: release.torrents,
    },
    notReleased,
    verified: verified && { ok: verified.ok, checked: verified.checked, findings: verified.findings.length },
  };
}

function exitCodeOf({ pack, verified }: Preservation): ExitCode {
  if (verified && !verified.ok) return EXIT.integrity;
  return pack && pack.quarantined > 0 ? EXIT.someItemsFailed : EXIT.ok;
}
