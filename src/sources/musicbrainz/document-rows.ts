import { ROW_GROUP_ROWS } from "../../core/row-groups.ts";
import { utf8Order } from "../../core/utf8-order.ts";
import type { Pack } from "../../core/zstd.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import { RowFile } from "../../formats/parquet/rows/row-file.ts";
import type { DocumentRows } from "../documents/document-rows.ts";
import { factFile } from "../facts/fact-file.ts";
import { FACT_TABLES, type IdentifierFact } from "../facts/fact-tables.ts";
import { Credits } from "./credits.ts";
import { MEDIUM, NAMED_FIELDS, RECORDING_FIELDS, RELEASE_FIELDS, RELEASE_GROUP, TRACK } from "./documents.ts";
import { isMbid, NOT_AN_ID } from "./mbid.ts";
import { NamedEntities } from "./named-entities.ts";
import { firstTrack, nextTrack, releaseRefusal, releaseRow } from "./release-rows.ts";
import { addSupplements } from "./supplement-rows.ts";
import { TrackRows } from "./track-rows.ts";

const RELEASE = placesOf(RELEASE_FIELDS);
const GROUP = placesOf(RELEASE_GROUP);
const MEDIA = placesOf(MEDIUM);
const FIELD = placesOf(TRACK);
const RECORDING = placesOf(RECORDING_FIELDS);
const NAMED = placesOf(NAMED_FIELDS);

export const MUSICBRAINZ_ENTITIES = ["release", "recording", "artist", "label"] as const;
export type MusicBrainzEntity = (typeof MUSICBRAINZ_ENTITIES)[number];

/** How documents of that kind become rows. */
export function musicBrainzRows(
  entity: MusicBrainzEntity,
  json: JsonReader,
  sourceName: string,
  pack: Pack,
): DocumentRows {
  if (entity === "release") return releaseRows(json, sourceName, pack);
  return entity === "recording" ? recordingRows(json, sourceName, pack) : namedRows(entity, json, pack);
}

function releaseRows(json: JsonReader, sourceName: string, pack: Pack): DocumentRows {
  const { nodes } = json;
  const artists = new NamedFile("artist", pack);
  const labels = new NamedFile("label", pack);
  const files = {
    tracks: factFile("tracks", pack),
    releases: factFile("releases", pack),
    artists: artists.file,
    labels: labels.file,
    supplements: factFile("supplements", pack),
  };
  const credits = new Credits(json, artists.entities);
  const tracks = new TrackRows(json, files.tracks, credits, sourceName);
  return {
    fields: RELEASE_FIELDS,
    files,
    refusal: releaseRefusal,
    add(_, release) {
      files.releases.add(releaseRow(json, release, credits, labels.entities));
      addSupplements(json, files.supplements, "release", release, RELEASE);
      const group = nodes.member(release, RELEASE["release-group"]);
      if (nodes.member(group, GROUP.id) !== 0) {
        addSupplements(json, files.supplements, "release-group", group, GROUP);
      }
      const key = nodes.member(release, RELEASE.id);
      const media = nodes.member(release, RELEASE.media);
      for (let medium = nodes.first(media); medium !== 0; medium = nodes.next(medium)) {
        const position = nodes.member(medium, MEDIA.position);
        for (let track = firstTrack(json, medium); track !== 0; track = nextTrack(json, medium, track)) {
          tracks.addTrack(track, key, position);
          const recording = nodes.member(track, FIELD.recording);
          addSupplements(json, files.supplements, "recording", recording, RECORDING);
        }
      }
    },
    endBatch() {
      artists.end();
      labels.end();
    },
  };
}

function recordingRows(json: JsonReader, sourceName: string, pack: Pack): DocumentRows {
  const { nodes } = json;
  const artists = new NamedFile("artist", pack);
  const files = {
    tracks: factFile("tracks", pack),
    artists: artists.file,
    supplements: factFile("supplements", pack),
  };
  const tracks = new TrackRows(json, files.tracks, new Credits(json, artists.entities), sourceName);
  return {
    fields: RECORDING_FIELDS,
    files,
    refusal(_, recording) {
      if (!isMbid(json.text(nodes.member(recording, RECORDING.id)))) return NOT_AN_ID;
      if (nodes.member(recording, RECORDING.title) === 0) return "a recording without a title";
      return nodes.member(recording, RECORDING["artist-credit"]) === 0
        ? "a recording without a credit: another version of the dump"
        : null;
    },
    add(_, recording) {
      tracks.addRecording(recording);
      addSupplements(json, files.supplements, "recording", recording, RECORDING);
    },
    endBatch: () => artists.end(),
  };
}

function namedRows(entity: "artist" | "label", json: JsonReader, pack: Pack): DocumentRows {
  const { nodes } = json;
  const { file } = new NamedFile(entity, pack);
  const files = { [`${entity}s`]: file, supplements: factFile("supplements", pack) };
  const { supplements } = files;
  return {
    fields: NAMED_FIELDS,
    files,
    refusal(_, named) {
      if (!isMbid(json.text(nodes.member(named, NAMED.id)))) return NOT_AN_ID;
      const isNamed = nodes.member(named, NAMED.name) !== 0 && nodes.member(named, NAMED["sort-name"]) !== 0;
      return isNamed ? null : "no name or no sort name: another version of the dump";
    },
    add(_, named) {
      const key = json.text(nodes.member(named, NAMED.id));
      const codes = (scheme: string, place: number): IdentifierFact[] => {
        const values = json.texts(nodes.member(named, place)).filter((value) => value !== null);
        return values.sort(utf8Order).map((value) => ({ scheme, value }));
      };
      const identifiers = [
        { scheme: `mbid-${entity}`, value: key },
        ...codes("isni", NAMED.isnis),
        ...codes("ipi", NAMED.ipis),
      ];
      const name = json.text(nodes.member(named, NAMED.name));
      file.add({ [`${entity}_key`]: key, name, identifiers, rank: 0 });
      addSupplements(json, supplements, entity, named, NAMED);
    },
    endBatch: () => {},
  };
}

/** What documents say of artists or labels: their own (rank 0) and those that name them. */
class NamedFile {
  readonly entities = new NamedEntities();
  readonly file: RowFile;
  readonly #key: string;

  constructor(entity: "artist" | "label", pack: Pack) {
    this.#key = `${entity}_key`;
    const { identifiers } = FACT_TABLES.labels;
    const columns = { [this.#key]: "VARCHAR", name: "VARCHAR", identifiers, rank: "INTEGER" };
    this.file = new RowFile({
      columns,
      metadata: {},
      program: "deadwax",
      pack,
      rowGroupRows: ROW_GROUP_ROWS,
    });
  }

  /** Adds the rows of those that were named, and forgets them. */
  end(): void {
    for (const [id, name] of this.entities.entries()) this.file.add({ [this.#key]: id, name, rank: 1 });
    this.entities.clear();
  }
}
