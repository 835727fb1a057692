import type { RegisteredCommand } from "../define-command.ts";
import { audioAnalyseCommand } from "./audio-analyse.ts";
import { audioCheckCommand } from "./audio-check.ts";
import { catalogueBuildCommand } from "./catalogue-build.ts";
import { catalogueCompactCommand } from "./catalogue-compact.ts";
import { catalogueConflictsCommand } from "./catalogue-conflicts.ts";
import { catalogueDiffCommand } from "./catalogue-diff.ts";
import { catalogueDuplicatesCommand } from "./catalogue-duplicates.ts";
import { catalogueExportCommand } from "./catalogue-export.ts";
import { catalogueFindCommand } from "./catalogue-find.ts";
import { catalogueGcCommand } from "./catalogue-gc.ts";
import { catalogueIndexCommand } from "./catalogue-index.ts";
import { catalogueListCommand } from "./catalogue-list.ts";
import { catalogueSearchCommand } from "./catalogue-search.ts";
import { catalogueShowCommand } from "./catalogue-show.ts";
import { catalogueSqlCommand } from "./catalogue-sql.ts";
import { configShowCommand } from "./config.ts";
import { doctorCommand } from "./doctor.ts";
import { extractCommand } from "./extract.ts";
import { getCommand } from "./get.ts";
import { initCommand } from "./init.ts";
import { packCommand } from "./pack.ts";
import { planCommand } from "./plan.ts";
import { planCompareCommand } from "./plan-compare.ts";
import { planCurveCommand } from "./plan-curve.ts";
import { planExplainCommand } from "./plan-explain.ts";
import { planListCommand } from "./plan-list.ts";
import { preserveCommand } from "./preserve.ts";
import { releaseCreateCommand } from "./release-create.ts";
import { releaseListCommand } from "./release-list.ts";
import { releaseStateCommand } from "./release-state.ts";
import { releaseVerifyCommand } from "./release-verify.ts";
import { reportCommand } from "./report.ts";
import { rightsBuildCommand } from "./rights-build.ts";
import { rightsDeclareCommand } from "./rights-declare.ts";
import { rightsReportCommand } from "./rights-report.ts";
import { rightsShowCommand } from "./rights-show.ts";
import { sourceAddAudioCommand } from "./source-add-audio.ts";
import { sourceAddDiscogsCommand } from "./source-add-discogs.ts";
import { sourceAddErnCommand } from "./source-add-ern.ts";
import { sourceAddFmaCommand } from "./source-add-fma.ts";
import { sourceAddInternetArchiveCommand } from "./source-add-internet-archive.ts";
import { sourceAddListenBrainzCommand } from "./source-add-listenbrainz.ts";
import { sourceAddMeasuresCommand } from "./source-add-measures.ts";
import { sourceAddMusicBrainzCommand } from "./source-add-musicbrainz.ts";
import { sourceAddPlaysCommand } from "./source-add-plays.ts";
import { sourceAddTableCommand } from "./source-add-table.ts";
import { sourceMapCommand } from "./source-map.ts";
import { statusCommand } from "./status.ts";
import { swarmAllocateCommand } from "./swarm-allocate.ts";
import { swarmFeedCommand } from "./swarm-feed.ts";
import { swarmHealthCommand } from "./swarm-health.ts";
import { swarmMirrorCommand } from "./swarm-mirror.ts";
import { swarmSeedCommand } from "./swarm-seed.ts";
import { twinCommand } from "./twin.ts";
import { twinCheckCommand } from "./twin-check.ts";

/** Every command, in the order of the help: first the whole way, then its steps, then the rest. */
export const COMMANDS: readonly RegisteredCommand[] = [
  preserveCommand,
  initCommand,
  sourceAddAudioCommand,
  sourceAddPlaysCommand,
  sourceAddMeasuresCommand,
  sourceAddMusicBrainzCommand,
  sourceAddListenBrainzCommand,
  sourceAddInternetArchiveCommand,
  sourceAddFmaCommand,
  sourceAddDiscogsCommand,
  sourceAddErnCommand,
  sourceAddTableCommand,
  sourceMapCommand,
  catalogueBuildCommand,
  catalogueShowCommand,
  catalogueSearchCommand,
  catalogueFindCommand,
  catalogueSqlCommand,
  catalogueExportCommand,
  catalogueIndexCommand,
  catalogueListCommand,
  catalogueDiffCommand,
  catalogueCompactCommand,
  catalogueGcCommand,
  catalogueConflictsCommand,
  catalogueDuplicatesCommand,
  rightsBuildCommand,
  rightsDeclareCommand,
  rightsShowCommand,
  rightsReportCommand,
  planCommand,
  planCurveCommand,
  planExplainCommand,
  planCompareCommand,
  planListCommand,
  packCommand,
  releaseCreateCommand,
  releaseVerifyCommand,
  releaseListCommand,
  releaseStateCommand,
  extractCommand,
  getCommand,
  swarmSeedCommand,
  swarmHealthCommand,
  swarmFeedCommand,
  swarmMirrorCommand,
  swarmAllocateCommand,
  audioCheckCommand,
  audioAnalyseCommand,
  reportCommand,
  statusCommand,
  doctorCommand,
  configShowCommand,
  twinCommand,
  twinCheckCommand,
];

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
