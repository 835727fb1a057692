import type { Pack } from "../../core/zstd.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import type { DocumentRows } from "../documents/document-rows.ts";
import { factFile } from "../facts/fact-file.ts";
import type { CreditFact } from "../facts/fact-tables.ts";
import { TrackIds } from "../facts/track-id.ts";
import { ITEM_FIELDS, ITEM_FILE, METADATA } from "./documents.ts";
import { firstText, itemDate, lengthMs, textsOf, trackNo } from "./field-values.ts";

const ITEM = placesOf(ITEM_FIELDS);
const META = placesOf(METADATA);
const FILE = placesOf(ITEM_FILE);
const AUDIO_NAME = /\.(mp3|flac|ogg|oga|opus|wav|aiff?|m4a|aac|shn|ape|wma|wv)$/i;

/** How an item becomes a release, and its original audio files tracks. */
export function itemRows(json: JsonReader, sourceName: string, pack: Pack): DocumentRows {
  const { nodes } = json;
  const ids = new TrackIds(sourceName);
  const files = { tracks: factFile("tracks", pack), releases: factFile("releases", pack) };
  const text = (node: number, place: number): string | null => json.text(nodes.member(node, place));
  return {
    fields: ITEM_FIELDS,
    files,
    refusal(_, item) {
      if (nodes.first(nodes.member(item, ITEM.is_dark)) === 1) return "a dark item";
      if (!text(nodes.member(item, ITEM.metadata), META.identifier)) {
        return "no item: metadata.identifier is missing";
      }
      if (nodes.member(item, ITEM.files) === 0) return "an item without its list of files";
      return audioFiles(json, item).length === 0 ? "an item without original audio files" : null;
    },
    add(_, item) {
      const metadata = nodes.member(item, ITEM.metadata);
      const identifier = text(metadata, META.identifier) ?? "";
      const creators = textsOf(text(metadata, META.creator));
      const genres = textsOf(text(metadata, META.genre));
      const identifiers = [{ scheme: "ia-item", value: identifier }];
      files.releases.add({
        release_key: identifier,
        title: firstText(text(metadata, META.title)),
        ...creditsOf(creators),
        release_date: itemDate(firstText(text(metadata, META.date))),
        labels: textsOf(text(metadata, META.publisher)),
        identifiers,
        genres,
      });
      for (const file of audioFiles(json, item)) {
        const key = `${identifier}/${text(file, FILE.name)}`;
        const own = text(file, FILE.artist) ?? text(file, FILE.creator);
        files.tracks.add({
          track_id: ids.ofKey(key),
          key,
          status: "track",
          release_key: identifier,
          track_no: trackNo(text(file, FILE.track)),
          title: firstText(text(file, FILE.title)),
          ...creditsOf(own === null ? creators : textsOf(own)),
          duration_ms: lengthMs(text(file, FILE.length)),
          identifiers,
          genres,
          licence: firstText(text(metadata, META.licenseurl)),
          url: `https://archive.org/details/${identifier}`,
        });
      }
    },
    endBatch: () => {},
  };
}

/** The audio files as they were uploaded; what the archive derived from them is the same music again. */
function audioFiles(json: JsonReader, item: number): readonly number[] {
  const { nodes } = json;
  const found: number[] = [];
  const list = nodes.member(item, ITEM.files);
  for (let file = nodes.first(list); file !== 0; file = nodes.next(file)) {
    const isOriginal = json.text(nodes.member(file, FILE.source)) === "original";
    if (isOriginal && AUDIO_NAME.test(json.text(nodes.member(file, FILE.name)) ?? "")) found.push(file);
  }
  return found;
}

function creditsOf(names: readonly string[]): {
  readonly artist_credit: string | null;
  readonly credits: readonly CreditFact[];
} {
  return {
    artist_credit: names.join(", ") || null,
    credits: names.map((name) => ({ name, role: "main", key: null })),
  };
}
