import { Option } from "commander";
import { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { formatSize, parseSize } from "../../core/sizes.ts";
import { defineCommand, type Outcome, type RegisteredCommand } from "../define-command.ts";
import { parseCount } from "../options.ts";
import { type Column, printTable } from "../report/table.ts";

const ASSIGNED: readonly Column[] = [
  { name: "CUSTODIAN" },
  { name: "DOES" },
  { name: "RELEASE", shrinks: true },
];
const SIMULATED: readonly Column[] = [
  { name: "RULE" },
  { name: "BYTES AT TARGET", align: "right" },
  { name: "RELEASES", align: "right" },
  { name: "FEWEST COPIES", align: "right" },
  { name: "LEFT TO THE ARCHIVE ALONE", align: "right" },
  { name: "BYTES AT THE END", align: "right" },
];

const inputSchema = z.object({
  pledges: z.string().optional(),
  simulate: z.boolean().default(false),
  objective: z.enum(["floor", "threshold"]),
  copies: z.number(),
  custodians: z.number(),
  pledged: z.number(),
  releases: z.number(),
  size: z.number(),
  churn: z.number(),
  years: z.number(),
  seed: z.number(),
});

export const swarmAllocateCommand: RegisteredCommand = defineCommand({
  path: ["swarm", "allocate"],
  summary: "who should keep which release, so that all have enough copies",
  details:
    "Pledges are a file (docs/swarm.md). Nobody gives up what they hold; new space goes to the releases with the fewest\n" +
    "expected copies, which are the uptimes of all who should have them. --simulate shows what rules make of custodians who\n" +
    "come and go: the rule of a large public archive, each custodian alone by the public feed, and the ledger of pledges.",
  options: [
    new Option("--pledges <file>", "hand the releases of the archive to these custodians"),
    new Option("--simulate", "compare rules on made-up custodians; needs no archive"),
    new Option("--objective <which>", "raise the fewest copies, or get the most over the target")
      .choices(["floor", "threshold"])
      .default("floor"),
    new Option("--copies <number>", "the target, the archive's own among them")
      .argParser(parseCount)
      .default(4),
    new Option("--custodians <number>", "simulated").argParser(parseCount).default(300),
    new Option("--pledged <size>", "simulated, by all together").argParser(parseSize).default(1170e12),
    new Option("--releases <number>", "simulated").argParser(parseCount).default(1000),
    new Option("--size <size>", "simulated, of all releases").argParser(parseSize).default(297e12),
    new Option("--churn <share>", "custodians that leave in a year, 0 to 1")
      .argParser(parseShare)
      .default(0.3),
    new Option("--years <number>", "simulated").argParser(parseCount).default(3),
    new Option("--seed <number>", "another seed, other custodians").argParser(parseCount).default(1),
  ],
  input: inputSchema,
  examples: [
    ["deadwax swarm allocate --pledges pledges.json", "who fetches, keeps and drops what"],
    ["deadwax swarm allocate --simulate --custodians 150 --pledged 562TB", "what scarcity does"],
  ],
  exitCodes: [10],
  kind: "tells",
  async run(context, input) {
    const { allocateReleases, readPledges, simulate } = await import("../../swarm/index.ts");
    if (input.simulate === (input.pledges !== undefined)) {
      throw new UsageError("say what to allocate: --pledges FILE, or --simulate");
    }
    if (input.pledges === undefined) return showSimulation(input, simulate);
    const pledges = await readPledges(context.resolvePath(input.pledges), context.clock.now());
    const options = { objective: input.objective, targetCopies: input.copies };
    const { assignments, copies } = await allocateReleases(await context.openArchive(), pledges, options);
    for (const assignment of assignments) context.reporter.record({ type: "assignment", ...assignment });
    return {
      summary: { custodians: pledges.length, copies },
      show: (output) => {
        const rows = assignments.flatMap(({ custodian, keep, fetch, drop }) => [
          ...keep.map((release) => [custodian, "keeps", release]),
          ...fetch.map((release) => [custodian, "fetches", release]),
          ...drop.map((release) => [custodian, "may drop", release]),
        ]);
        printTable(output, ASSIGNED, rows);
      },
    };
  },
});

function showSimulation(
  input: z.infer<typeof inputSchema>,
  simulate: typeof import("../../swarm/index.ts").simulate,
): Outcome {
  const { custodians, pledged, releases, size, copies, churn, years, seed } = input;
  const options = {
    releases,
    totalBytes: size,
    custodians,
    pledgedBytes: pledged,
    targetCopies: copies,
    yearlyChurn: churn,
    years,
    seed,
  };
  const results = (["published", "alone", "ledger"] as const).map((strategy) => ({
    strategy,
    ...simulate({ ...options, strategy }),
  }));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return {
    summary: { ...options, results },
    show: (output) => {
      output.line(
        `${custodians} custodians with ${formatSize(pledged)} for ${formatSize(size)}, ${percent(churn)} leave in a year, ${years} years`,
      );
      printTable(
        output,
        SIMULATED,
        results.map((result) => [
          result.strategy,
          percent(result.bytesAtTarget),
          percent(result.releasesAtTarget),
          result.fewestCopies,
          result.lostReleases,
          percent(result.bytesAtTargetAtEnd),
        ]),
      );
    },
  };
}

function parseShare(text: string): number {
  const share = Number(text);
  if (/^[\d.]+$/.test(text) && share >= 0 && share < 1) return share;
  throw new UsageError(`"${text}" is not a share`, { hint: "give a number from 0 to below 1, like 0.3" });
}
