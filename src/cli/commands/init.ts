import { Argument, Option } from "commander";
import { z } from "zod";
import { defaultPolicy } from "../../core/policy.ts";
import { defineCommand, type RegisteredCommand } from "../define-command.ts";
import { isStillToBeMade, withNewArchive } from "../new-archive.ts";
import { printFields } from "../report/table.ts";

export const initCommand: RegisteredCommand = defineCommand({
  path: ["init"],
  summary: "make an archive in a new or empty folder",
  details: [
    "Writes deadwax.json with the whole policy in it, and a signing key that only you can read.",
    "A folder that is an archive already is left as it is; any other folder with something in it is refused.",
  ].join("\n"),
  arguments: [new Argument("<folder>", "the folder of the archive")],
  options: [
    new Option(
      "--policy <file>",
      "a policy to begin with (JSON; fields that it leaves out have their defaults)",
    ),
    new Option("--dry-run", "say what would be made, and make nothing"),
  ],
  input: z.object({
    folder: z.string(),
    policy: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  examples: [
    ["deadwax init ~/archive", "make an archive with the default policy"],
    ["deadwax init ~/archive --policy my-policy.json", "make one with a policy of your own"],
  ],
  exitCodes: [11, 14],
  kind: "does",
  async run(context, { folder, policy: policyFile, dryRun }) {
    const { readPolicyFile } = await import("../../selection/policy-file.ts");
    const policy =
      policyFile === undefined ? defaultPolicy() : await readPolicyFile(context.resolvePath(policyFile));
    const root = context.resolvePath(folder);
    if (dryRun) {
      const isNew = await isStillToBeMade(root);
      return {
        summary: { archive: root, created: isNew, dryRun },
        show: (output) =>
          output.line(`${isNew ? "would make an archive" : "there is an archive"} in "${root}"`),
      };
    }
    const { archive, created } = await withNewArchive(context, root, policy, async (archive, created) => ({
      archive,
      created,
    }));
    if (!created) context.reporter.note(`"${folder}" is an archive already: nothing was changed`);
    else context.reporter.note(`next: deadwax --archive "${folder}" source add audio YOUR-MUSIC-FOLDER`);
    const { layout, config } = archive;
    return {
      summary: { archive: layout.root, created, id: config.id, did: config.did },
      show: (output) =>
        printFields(output, [
          ["archive", layout.root, "bold"],
          ["id", config.id],
          ["did", config.did],
          ["policy", layout.configFile],
          ["signing key", layout.keyFile],
        ]),
    };
  },
});
