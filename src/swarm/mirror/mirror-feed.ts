import {
  archiveLayout,
  DeadwaxError,
  ensureFolder,
  errorMessage,
  formatSize,
  type Reporter,
  throwIfAborted,
  UsageError,
  withArchiveLock,
  writeFileAtomic,
} from "../../core/index.ts";
import type { Feed } from "../feed/feed-document.ts";
import type { Keeper, KeptRelease } from "./keeper.ts";
import { beginMirror, lastFeed, type MirrorFolder, readMirrorConfig } from "./mirror-folder.ts";
import { type MirrorPlan, type MirrorWishes, type PlannedDrop, planMirror } from "./plan-mirror.ts";
import { feedPlace, type ReadFeed, readFeed } from "./read-feed.ts";

export interface MirrorFeedOptions {
  /** URL or path of `feed.json`. */
  readonly feed: string;
  readonly folder: MirrorFolder;
  readonly wishes: Omit<MirrorWishes, "custodian">;
  /** Who the mirror is; by chance without it. */
  readonly custodian: string | null;
  /** `did:key` that must have signed the feed; null: whoever signs the first one, and nobody else from then on. */
  readonly signer: string | null;
  readonly openKeeper: (signer: string) => Promise<Keeper>;
  /** Null: ends when what was assigned is there. */
  readonly everyMs: number | null;
  readonly dryRun: boolean;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

export interface MirrorSummary {
  readonly archive: string;
  readonly signer: string;
  readonly custodian: string;
  readonly kept: readonly string[];
  readonly keptForOthers: readonly string[];
  readonly hidden: readonly string[];
  readonly fetched: readonly string[];
  readonly dropped: readonly PlannedDrop[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** In a dry run: what would be fetched and dropped. */
  readonly planned: readonly string[];
  readonly receivedBytes: number;
  readonly linkedBytes: number;
  readonly uploadedBytes: number | null;
}

const TICK_MS = 500;

/**
 * A volunteer's whole job: follows a feed, keeps what the space that is lent is needed for most, proves it, gives it away, deletes what
 * was revoked. Ends by the signal, or after one round. Throws `IntegrityError` for a feed of somebody else.
 */
export async function mirrorFeed(options: MirrorFeedOptions): Promise<MirrorSummary> {
  const { folder } = options;
  await ensureFolder(folder.root);
  return await withArchiveLock(archiveLayout(folder.root), "swarm mirror", () => follow(options));
}

async function follow(options: MirrorFeedOptions): Promise<MirrorSummary> {
  const { folder, reporter, signal, everyMs } = options;
  const known = await readMirrorConfig(folder);
  if (known && options.signer !== null && options.signer !== known.signer) {
    throw new UsageError(`"${folder.root}" mirrors ${known.signer}`, {
      hint: "another archive needs another folder: --into FOLDER",
    });
  }
  const place = feedPlace(options.feed);
  const last = known && (await lastFeed(folder, known.signer));
  const expected = { signer: known?.signer ?? options.signer, notBefore: last?.created ?? null };
  let current: Pick<ReadFeed, "feed" | "signer">;
  try {
    current = await takeFeed(options, expected);
  } catch (error) {
    // One that is held already is gone on with when the archive cannot be reached.
    if (!last || !known || !(error instanceof DeadwaxError)) throw error;
    reporter.warn(`${error.message}; going on with the feed of ${last.created}`);
    current = { feed: last, signer: known.signer };
  }
  const config =
    known ??
    (options.dryRun
      ? { archive: current.feed.archive, signer: current.signer, custodian: options.custodian ?? "" }
      : await beginMirror(folder, current.feed.archive, current.signer, options.custodian));
  if (known === null && options.signer === null) {
    reporter.note(`following ${current.signer} from now on, and nobody else`);
  }
  const wishes: MirrorWishes = { ...options.wishes, custodian: config.custodian };
  const keeper = await options.openKeeper(config.signer);
  const totals = { fetched: [] as string[], dropped: [] as PlannedDrop[], receivedBytes: 0, linkedBytes: 0 };
  let failed: { name: string; reason: string }[] = [];
  let plan: MirrorPlan = planMirror(current.feed, wishes, await keeper.holdings());
  try {
    while (!options.dryRun) {
      failed = [];
      const holdings = await keeper.holdings();
      tellHoldings(holdings, reporter);
      plan = planMirror(current.feed, wishes, holdings);
      await dropPlanned(plan, keeper, totals.dropped, options);
      await keeper.give(plan.give);
      // What takes longer than a round goes on in the next one: a revocation is not to wait for days.
      const round = everyMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(everyMs)]);
      for (const release of plan.fetch) {
        throwIfAborted(signal);
        if (round.aborted) break;
        try {
          const outcome = await keeper.fetch(release, place, round);
          totals.receivedBytes += outcome.receivedBytes;
          totals.linkedBytes += outcome.linkedBytes;
          if (outcome.isWhole) totals.fetched.push(release.name);
          reporter.record({ type: "fetched", release: release.name, ...outcome });
          plan = planMirror(current.feed, wishes, await keeper.holdings());
          await dropPlanned(plan, keeper, totals.dropped, options);
          await keeper.give(plan.give);
        } catch (error) {
          throwIfAborted(signal);
          if (round.aborted) break;
          if (!(error instanceof DeadwaxError)) throw error;
          failed.push({ name: release.name, reason: error.message });
          reporter.warn(`${release.name}: ${error.message}`);
        }
      }
      if (everyMs === null) break;
      if (!round.aborted) await sleep(everyMs, signal, keeper, reporter);
      if (signal.aborted) break;
      try {
        const notBefore = current.feed.created;
        current = await takeFeed(options, { signer: config.signer, notBefore });
      } catch (error) {
        if (!(error instanceof DeadwaxError)) throw error;
        reporter.warn(errorMessage(error));
      }
    }
    const holdings = await keeper.holdings();
    return {
      archive: config.archive,
      signer: config.signer,
      custodian: config.custodian,
      kept: holdings.filter(({ isWhole }) => isWhole).map(({ name }) => name),
      keptForOthers: plan.keptForOthers,
      hidden: plan.hide,
      ...totals,
      dropped: options.dryRun ? plan.drop : totals.dropped,
      planned: options.dryRun ? plan.fetch.map(({ name }) => name) : [],
      failed,
      uploadedBytes: keeper.uploadedBytes,
    };
  } finally {
    await keeper.close();
  }
}

function tellHoldings(holdings: readonly KeptRelease[], reporter: Reporter): void {
  for (const holding of holdings) {
    reporter.record({ type: "held", ...holding });
    if (!holding.isWhole) reporter.note(`${holding.name}: ${holding.detail ?? "on its way"}`);
  }
}

async function takeFeed(
  { feed, folder, dryRun, reporter, signal }: MirrorFeedOptions,
  expected: Parameters<typeof readFeed>[1],
): Promise<{ readonly feed: Feed; readonly signer: string }> {
  const read = await readFeed(feedPlace(feed), expected, signal);
  if (!dryRun) {
    await ensureFolder(folder.releases);
    await writeFileAtomic(folder.feedFile, read.bytes);
  }
  reporter.record({ type: "feed", created: read.feed.created, releases: read.feed.releases.length });
  return read;
}

async function dropPlanned(
  plan: MirrorPlan,
  keeper: Keeper,
  dropped: PlannedDrop[],
  { reporter }: MirrorFeedOptions,
): Promise<void> {
  if (plan.drop.length === 0) return;
  // Nobody is to be in the middle of a file that goes.
  await keeper.give(plan.give);
  for (const drop of plan.drop) {
    await keeper.drop(drop.name);
    dropped.push(drop);
    const others = drop.copiesLeft === null ? "" : `; ${drop.copiesLeft} others have it`;
    if (drop.why === "revoked") reporter.warn(`deleted "${drop.name}": it was revoked`);
    else
      reporter.note(
        `deleted "${drop.name}": ${drop.why === "superseded" ? "a later release holds it" : `not wanted${others}`}`,
      );
    reporter.record({ type: "dropped", ...drop });
  }
  for (const name of plan.keptForOthers) {
    reporter.warn(`"${name}" stays although it is not wanted: too few others have it`);
  }
}

async function sleep(ms: number, signal: AbortSignal, keeper: Keeper, reporter: Reporter): Promise<void> {
  const progress = reporter.progress("uploaded", "bytes");
  const endMs = performance.now() + ms;
  let shown = 0;
  try {
    while (performance.now() < endMs && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(TICK_MS, ms)));
      const uploaded = keeper.uploadedBytes ?? 0;
      progress.advance(uploaded - shown, formatSize(uploaded));
      shown = uploaded;
    }
  } finally {
    progress.finish();
  }
}
