import { Argument, Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../core/errors.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { showVerifyReport } from "../show/verify.ts";

export const releaseVerifyCommand: RegisteredCommand = defineCommand({
  path: ["release", "verify"],
  summary: "check a release from the outside in: signature, chain, bag, torrents, tracks",
  details: [
    "Needs no archive: it works on a copy that came over any way. Says what is wrong, where, which tracks it touches,",
    "and what to do about it. Nothing is written.",
  ].join("\n"),
  arguments: [
    new Argument(
      "<path>",
      "the bag, its <name>.json, a folder that holds one release, or the name of a release here",
    ),
  ],
  options: [
    new Option("--no-decode", "do not decode the tracks; their hashes are compared all the same"),
    new Option("--signer <did>", "the did:key that must have signed it"),
  ],
  input: z.object({ path: z.string(), decode: z.boolean(), signer: z.string().optional() }),
  examples: [
    ["deadwax release verify ~/archive/releases/release-2026-11-23", "everything, with every track decoded"],
    ["deadwax release verify /mnt/copy --no-decode", "a copy: signature, hashes and torrents"],
    ["deadwax release verify /mnt/copy --signer did:key:z6Mk… --json", "only if that archive signed it"],
  ],
  exitCodes: [12, 130],
  kind: "tells",
  async run(context, { path, decode, signer }) {
    const { releasePath } = await import("../release-path.ts");
    const { verifyReleaseHere } = await import("../verify-release-here.ts");
    const report = await verifyReleaseHere(context, {
      path: releasePath(context, path),
      decode,
      expectedDid: signer,
    });
    for (const finding of report.findings) context.reporter.record({ type: "finding", ...finding });
    const { findings, ...rest } = report;
    return {
      summary: { ...rest, findings: findings.length },
      exitCode: report.ok ? EXIT.ok : EXIT.integrity,
      show: (output) => showVerifyReport(output, report),
    };
  },
});
