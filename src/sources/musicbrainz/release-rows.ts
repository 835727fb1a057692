import { utf8Order } from "../../core/utf8-order.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import type { Credits } from "./credits.ts";
import {
  LABEL_INFO,
  MEDIUM,
  NAMED,
  RECORDING_FIELDS,
  RELEASE_FIELDS,
  RELEASE_GROUP,
  TRACK,
} from "./documents.ts";
import { isMbid, MBID_BYTES, NOT_AN_ID } from "./mbid.ts";
import type { NamedEntities } from "./named-entities.ts";

const RELEASE = placesOf(RELEASE_FIELDS);
const GROUP = placesOf(RELEASE_GROUP);
const MEDIA = placesOf(MEDIUM);
const FIELD = placesOf(TRACK);
const RECORDING = placesOf(RECORDING_FIELDS);
const INFO = placesOf(LABEL_INFO);
const LABEL = placesOf(NAMED);

/** Why a release cannot be used, or null: tracks that are counted and not there, a document of another kind or version. */
export function releaseRefusal(json: JsonReader, release: number): string | null {
  const { nodes } = json;
  if (!isMbid(json.text(nodes.member(release, RELEASE.id)))) return NOT_AN_ID;
  if (nodes.member(release, RELEASE.title) === 0) return "a release without a title";
  const media = nodes.member(release, RELEASE.media);
  if (media === 0) return "a release without media: another version of the dump";
  let hasStranger = false;
  for (let medium = nodes.first(media); medium !== 0; medium = nodes.next(medium)) {
    const isListed = nodes.member(medium, MEDIA.tracks) !== 0;
    if (!isListed && (json.whole(nodes.member(medium, MEDIA["track-count"])) ?? 0) > 0) {
      return "media with a count of tracks and no tracks";
    }
    for (let track = firstTrack(json, medium); track !== 0; track = nextTrack(json, medium, track)) {
      hasStranger ||= !hasIds(json, track);
    }
  }
  return hasStranger ? "a track without its MBID or its recording" : null;
}

/** Of the hundreds of millions of ids of tracks only the length is looked at; they are judged with all other identifiers. */
function hasIds({ nodes }: JsonReader, track: number): boolean {
  const own = nodes.member(track, FIELD.id);
  const recording = nodes.member(nodes.member(track, FIELD.recording), RECORDING.id);
  return (
    own !== 0 &&
    nodes.second(own) - nodes.first(own) === MBID_BYTES &&
    recording !== 0 &&
    nodes.second(recording) - nodes.first(recording) === MBID_BYTES
  );
}

/** The first track of a medium: a hidden one, where it has one; data tracks are no music. 0 where there is none. */
export function firstTrack({ nodes }: JsonReader, medium: number): number {
  return nodes.member(medium, MEDIA.pregap) || nodes.first(nodes.member(medium, MEDIA.tracks));
}

/** The track behind this one; 0 behind the last. */
export function nextTrack({ nodes }: JsonReader, medium: number, track: number): number {
  const isHidden = track === nodes.member(medium, MEDIA.pregap);
  return isHidden ? nodes.first(nodes.member(medium, MEDIA.tracks)) : nodes.next(track);
}

/** The row of a release. Its labels go into `labels`. */
export function releaseRow(
  json: JsonReader,
  release: number,
  credits: Credits,
  labels: NamedEntities,
): Readonly<Record<string, unknown>> {
  const { nodes } = json;
  const filled = (place: number): string | null => json.text(nodes.member(release, place)) || null;
  const group = nodes.member(release, RELEASE["release-group"]);
  const groupKey = json.text(nodes.member(group, GROUP.id));
  const credit = nodes.member(release, RELEASE["artist-credit"]);
  const key = json.text(nodes.member(release, RELEASE.id));
  return {
    release_key: key,
    title: filled(RELEASE.title),
    artist_credit: credit === 0 ? null : credits.joined(credit),
    credits: credits.rows(credit),
    release_date: filled(RELEASE.date),
    country: filled(RELEASE.country),
    ...labelsOf(json, nodes.member(release, RELEASE["label-info"]), labels),
    barcode: filled(RELEASE.barcode),
    release_type: typeOf(json, group),
    identifiers: [
      { scheme: "mbid-release", value: key },
      ...(groupKey === null ? [] : [{ scheme: "mbid-release-group", value: groupKey }]),
    ],
  };
}

function typeOf(json: JsonReader, group: number): string | null {
  const { nodes } = json;
  const types = [
    json.text(nodes.member(group, GROUP["primary-type"])),
    ...json.texts(nodes.member(group, GROUP["secondary-types"])),
  ];
  return types.filter((type) => type !== null).join(" + ") || null;
}

function labelsOf(
  json: JsonReader,
  infos: number,
  labels: NamedEntities,
): { readonly labels: readonly string[]; readonly catalogue_numbers: readonly string[] } {
  const { nodes } = json;
  const names: string[] = [];
  const numbers: string[] = [];
  for (let info = nodes.first(infos); info !== 0; info = nodes.next(info)) {
    const label = nodes.member(info, INFO.label);
    const name = json.text(nodes.member(label, LABEL.name));
    if (name !== null) names.push(name);
    const number = json.text(nodes.member(info, INFO["catalog-number"]));
    if (number) numbers.push(number);
    labels.addNode(json, nodes.member(label, LABEL.id), nodes.member(label, LABEL.name));
  }
  return { labels: sortedTexts(names), catalogue_numbers: sortedTexts(numbers) };
}

/** Different texts in the order of their bytes, as the database sorts them. */
function sortedTexts(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(utf8Order);
}
