import type { RegisteredCommand } from "../define-command.ts";

/**
 * Every command by its words, in the order of the help: first the whole way, then its steps, then the rest. Each is loaded when it is asked
 * for: all of them take longer than a small command runs.
 */
const LOADERS: ReadonlyMap<string, () => Promise<RegisteredCommand>> = new Map([
  ["preserve", async () => (await import("./preserve.ts")).preserveCommand],
  ["init", async () => (await import("./init.ts")).initCommand],
  ["source add audio", async () => (await import("./source-add-audio.ts")).sourceAddAudioCommand],
  ["source add plays", async () => (await import("./source-add-plays.ts")).sourceAddPlaysCommand],
  ["source add measures", async () => (await import("./source-add-measures.ts")).sourceAddMeasuresCommand],
  [
    "source add musicbrainz",
    async () => (await import("./source-add-musicbrainz.ts")).sourceAddMusicBrainzCommand,
  ],
  [
    "source add listenbrainz",
    async () => (await import("./source-add-listenbrainz.ts")).sourceAddListenBrainzCommand,
  ],
  [
    "source add internet-archive",
    async () => (await import("./source-add-internet-archive.ts")).sourceAddInternetArchiveCommand,
  ],
  ["source add fma", async () => (await import("./source-add-fma.ts")).sourceAddFmaCommand],
  ["source add discogs", async () => (await import("./source-add-discogs.ts")).sourceAddDiscogsCommand],
  ["source add ern", async () => (await import("./source-add-ern.ts")).sourceAddErnCommand],
  ["source add table", async () => (await import("./source-add-table.ts")).sourceAddTableCommand],
  ["source map", async () => (await import("./source-map.ts")).sourceMapCommand],
  ["catalogue build", async () => (await import("./catalogue-build.ts")).catalogueBuildCommand],
  ["catalogue show", async () => (await import("./catalogue-show.ts")).catalogueShowCommand],
  ["catalogue search", async () => (await import("./catalogue-search.ts")).catalogueSearchCommand],
  ["catalogue find", async () => (await import("./catalogue-find.ts")).catalogueFindCommand],
  ["catalogue sql", async () => (await import("./catalogue-sql.ts")).catalogueSqlCommand],
  ["catalogue export", async () => (await import("./catalogue-export.ts")).catalogueExportCommand],
  ["catalogue index", async () => (await import("./catalogue-index.ts")).catalogueIndexCommand],
  ["catalogue list", async () => (await import("./catalogue-list.ts")).catalogueListCommand],
  ["catalogue diff", async () => (await import("./catalogue-diff.ts")).catalogueDiffCommand],
  ["catalogue compact", async () => (await import("./catalogue-compact.ts")).catalogueCompactCommand],
  ["catalogue gc", async () => (await import("./catalogue-gc.ts")).catalogueGcCommand],
  ["catalogue conflicts", async () => (await import("./catalogue-conflicts.ts")).catalogueConflictsCommand],
  [
    "catalogue duplicates",
    async () => (await import("./catalogue-duplicates.ts")).catalogueDuplicatesCommand,
  ],
  ["rights build", async () => (await import("./rights-build.ts")).rightsBuildCommand],
  ["rights declare", async () => (await import("./rights-declare.ts")).rightsDeclareCommand],
  ["rights show", async () => (await import("./rights-show.ts")).rightsShowCommand],
  ["rights report", async () => (await import("./rights-report.ts")).rightsReportCommand],
  ["plan", async () => (await import("./plan.ts")).planCommand],
  ["plan curve", async () => (await import("./plan-curve.ts")).planCurveCommand],
  ["plan explain", async () => (await import("./plan-explain.ts")).planExplainCommand],
  ["plan compare", async () => (await import("./plan-compare.ts")).planCompareCommand],
  ["plan list", async () => (await import("./plan-list.ts")).planListCommand],
  ["pack", async () => (await import("./pack.ts")).packCommand],
  ["release create", async () => (await import("./release-create.ts")).releaseCreateCommand],
  ["release verify", async () => (await import("./release-verify.ts")).releaseVerifyCommand],
  ["release list", async () => (await import("./release-list.ts")).releaseListCommand],
  ["release state", async () => (await import("./release-state.ts")).releaseStateCommand],
  ["extract", async () => (await import("./extract.ts")).extractCommand],
  ["get", async () => (await import("./get.ts")).getCommand],
  ["swarm seed", async () => (await import("./swarm-seed.ts")).swarmSeedCommand],
  ["swarm health", async () => (await import("./swarm-health.ts")).swarmHealthCommand],
  ["swarm feed", async () => (await import("./swarm-feed.ts")).swarmFeedCommand],
  ["swarm mirror", async () => (await import("./swarm-mirror.ts")).swarmMirrorCommand],
  ["swarm allocate", async () => (await import("./swarm-allocate.ts")).swarmAllocateCommand],
  ["audio check", async () => (await import("./audio-check.ts")).audioCheckCommand],
  ["audio analyse", async () => (await import("./audio-analyse.ts")).audioAnalyseCommand],
  ["report", async () => (await import("./report.ts")).reportCommand],
  ["status", async () => (await import("./status.ts")).statusCommand],
  ["doctor", async () => (await import("./doctor.ts")).doctorCommand],
  ["config show", async () => (await import("./config.ts")).configShowCommand],
  ["twin", async () => (await import("./twin.ts")).twinCommand],
  ["twin check", async () => (await import("./twin-check.ts")).twinCheckCommand],
]);

/** Words of the commands. */
export const COMMAND_NAMES: readonly string[] = [...LOADERS.keys()];

/** The commands of these names, in the order of the help. Throws `RangeError` for a name that none has. */
export async function loadCommands(names: readonly string[]): Promise<readonly RegisteredCommand[]> {
  return await Promise.all(
    names.map((name) => {
      const load = LOADERS.get(name);
      if (load === undefined) throw new RangeError(`no command is called "${name}"`);
      return load();
    }),
  );
}

/** What the nouns stand for, for the help. */
export const NOUNS: ReadonlyMap<string, string> = new Map([
  ["source", "where facts come from: folders of music, play counts, catalogues"],
  ["add", "take in a folder or a file"],
  ["catalogue", "the snapshot that is computed from the sources"],
  ["rights", "what may be done with each track, and who says so"],
  ["release", "signed bags and their torrents"],
  ["swarm", "releases among peers"],
  ["audio", "sound files on their own, without an archive"],
  ["config", "settings"],
]);
