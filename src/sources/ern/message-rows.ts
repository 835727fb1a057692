import type { FactRow } from "../facts/fact-tables.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { dealsOf, type ErnDeal } from "./deals.ts";
import { type ErnHeader, Parties } from "./message.ts";
import { type ErnRecording, recordingsOf } from "./recordings.ts";
import { type ErnRelease, releasesOf } from "./releases.ts";

/** What a message says of one product. */
export interface ReleaseRows {
  readonly key: string;
  readonly release: FactRow<"releases">;
  readonly tracks: readonly FactRow<"tracks">[];
  readonly deals: readonly FactRow<"deals">[];
}

export interface MessageRows {
  readonly releases: readonly ReleaseRows[];
  readonly artists: readonly FactRow<"artists">[];
  /** What in it leads nowhere or has no name; the rest stands. */
  readonly faults: readonly string[];
}

/**
 * The rows of a message. A product's tracks are the sound recordings that it refers to. The deals of a track are those of
 * its own release where the message has one for the recording, else those of the product; a takedown of the product is
 * one of each of its tracks.
 */
export function messageRows(message: XmlElement, header: ErnHeader, sha256: string): MessageRows {
  const parties = new Parties(message);
  const recordings = recordingsOf(message, parties);
  const all = releasesOf(message, parties);
  const deals = dealsOf(message);
  const faults: string[] = [];
  for (const reference of deals.keys()) {
    if (!all.some((release) => release.reference === reference)) {
      faults.push(`deals for the release "${shown(reference)}", which the message does not have`);
    }
  }
  const products = all.filter(({ isTrackRelease }) => !isTrackRelease);
  // A message about nothing but single tracks: each is a product of its own.
  const releases = products.length > 0 ? products : all;
  const own = ownDeals(all, deals);
  const rows = releases.flatMap((release): ReleaseRows[] => {
    if (release.key === null) {
      faults.push(`the release "${shown(release.reference)}" without ICPN, GRid or an id of its sender`);
      return [];
    }
    return [releaseRows(release, release.key, { recordings, own, deals, header, sha256, faults })];
  });
  return { releases: rows, artists: artistRows(rows), faults };
}

interface Context {
  readonly recordings: ReadonlyMap<string, ErnRecording>;
  readonly own: ReadonlyMap<string, readonly ErnDeal[]>;
  readonly deals: ReadonlyMap<string, readonly ErnDeal[]>;
  readonly header: ErnHeader;
  readonly sha256: string;
  readonly faults: string[];
}

/** The deals of the releases of single tracks, by the recording; empty where there is such a release without deals. */
function ownDeals(
  releases: readonly ErnRelease[],
  deals: ReadonlyMap<string, readonly ErnDeal[]>,
): Map<string, readonly ErnDeal[]> {
  const own = new Map<string, readonly ErnDeal[]>();
  for (const { reference, isTrackRelease, resources } of releases) {
    if (!isTrackRelease) continue;
    for (const resource of resources) {
      own.set(resource.reference, [...(own.get(resource.reference) ?? []), ...(deals.get(reference) ?? [])]);
    }
  }
  return own;
}

function releaseRows(release: ErnRelease, key: string, context: Context): ReleaseRows {
  const tracks: FactRow<"tracks">[] = [];
  const deals: FactRow<"deals">[] = [];
  const taken = new Set<string>();
  const ofProduct = context.deals.get(release.reference) ?? [];
  for (const { reference, discNo, trackNo } of release.resources) {
    const recording = context.recordings.get(reference);
    if (recording === undefined) {
      // Pictures and texts are resources too; only what is there as none of them is missed.
      if (/^A\d+$/.test(reference))
        context.faults.push(
          `the release "${shown(key)}" refers to "${shown(reference)}", which is no sound recording of the message`,
        );
      continue;
    }
    const name = recording.isrc ?? recording.proprietaryId;
    const trackKey = name === null || taken.has(name) ? `${key}:#${tracks.length + 1}` : `${key}:${name}`;
    if (name !== null) taken.add(name);
    tracks.push(trackRow(trackKey, key, recording, discNo, trackNo));
    const own = context.own.get(reference);
    const applying =
      own === undefined ? ofProduct : [...own, ...ofProduct.filter(({ isTakedown }) => isTakedown)];
    for (const deal of applying) deals.push(dealRow(deal, key, trackKey, recording.isrc, context));
  }
  return { key, release: release.row, tracks, deals };
}

function trackRow(
  key: string,
  releaseKey: string,
  recording: ErnRecording,
  discNo: number | null,
  trackNo: number,
): FactRow<"tracks"> {
  return {
    key,
    status: "track",
    release_key: releaseKey,
    disc_no: discNo,
    track_no: trackNo,
    title: recording.title,
    artist_credit: recording.artistCredit,
    credits: recording.credits,
    duration_ms: recording.durationMs,
    isrcs: recording.isrc === null ? [] : [recording.isrc],
    identifiers: [],
    explicit: recording.explicit,
    language: recording.language,
    genres: recording.genres,
    features: [],
  };
}

function dealRow(
  deal: ErnDeal,
  releaseKey: string,
  trackKey: string,
  isrc: string | null,
  { header, sha256 }: Context,
): FactRow<"deals"> {
  return {
    release_key: releaseKey,
    track_key: trackKey,
    isrc,
    message_id: header.messageId,
    sender: header.sender,
    recipients: header.recipients,
    territories: deal.territories,
    excluded_territories: deal.excludedTerritories,
    use_types: deal.useTypes,
    commercial_models: deal.commercialModels,
    start_date: deal.startDate,
    end_date: deal.endDate,
    is_takedown: deal.isTakedown,
    conditions: deal.conditions,
    evidence_sha256: sha256,
  };
}

/** Artists are known by their ISNI; of others there is only the name in the credit. */
function artistRows(releases: readonly ReleaseRows[]): FactRow<"artists">[] {
  const artists = new Map<string, FactRow<"artists">>();
  for (const row of releases.flatMap(({ release, tracks }) => [release, ...tracks])) {
    const credits = Array.isArray(row.credits) ? row.credits : [];
    for (const credit of credits) {
      if (typeof credit !== "object" || !("role" in credit) || credit.key === null) continue;
      const identifiers = [{ scheme: "isni", value: credit.key }];
      artists.set(credit.key, { artist_key: credit.key, name: credit.name, identifiers, genres: [] });
    }
  }
  return [...artists.values()];
}

function shown(text: string): string {
  return text.slice(0, 60);
}
