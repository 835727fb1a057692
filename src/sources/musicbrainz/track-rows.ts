import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import type { Leaf } from "../../formats/parquet/rows/leaf.ts";
import type { RowColumn } from "../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";
import type { FACT_TABLES } from "../facts/fact-tables.ts";
import { TrackIds } from "../facts/track-id.ts";
import type { Credits } from "./credits.ts";
import { RECORDING_FIELDS, TRACK } from "./documents.ts";

const FIELD = placesOf(TRACK);
const RECORDING = placesOf(RECORDING_FIELDS);
const STATUS = viewedBytes(Buffer.from("track"));
const MBID_TRACK = viewedBytes(Buffer.from("mbid-track"));
const MBID_RECORDING = viewedBytes(Buffer.from("mbid-recording"));
const NO_VALUE = 2;

/**
 * Rows of tracks, from the nodes of a document straight into the columns: there are hundreds of millions of them. Nothing in here fails:
 * what a document must have was looked at before.
 */
export class TrackRows {
  readonly #json: JsonReader;
  readonly #file: RowFile;
  readonly #credits: Credits;
  readonly #ids: TrackIds;
  readonly #id: RowColumn;
  readonly #key: RowColumn;
  readonly #status: RowColumn;
  readonly #release: RowColumn;
  readonly #discNo: RowColumn;
  readonly #trackNo: RowColumn;
  readonly #title: RowColumn;
  readonly #credit: RowColumn;
  readonly #artists: RowColumn;
  readonly #duration: RowColumn;
  readonly #isrcs: RowColumn;
  readonly #identifiers: RowColumn;
  readonly #date: RowColumn;
  readonly #creditName: Leaf;
  readonly #creditRole: Leaf;
  readonly #creditKey: Leaf;
  readonly #scheme: Leaf;
  readonly #value: Leaf;
  /** Of the credit that is taken next: 0 for the first of a row. */
  #repetition = 0;

  constructor(json: JsonReader, file: RowFile, credits: Credits, sourceName: string) {
    this.#json = json;
    this.#file = file;
    this.#credits = credits;
    this.#ids = new TrackIds(sourceName);
    const column = (name: keyof (typeof FACT_TABLES)["tracks"]): RowColumn => file.column(name);
    this.#id = column("track_id");
    this.#key = column("key");
    this.#status = column("status");
    this.#release = column("release_key");
    this.#discNo = column("disc_no");
    this.#trackNo = column("track_no");
    this.#title = column("title");
    this.#credit = column("artist_credit");
    this.#artists = column("credits");
    this.#duration = column("duration_ms");
    this.#isrcs = column("isrcs");
    this.#identifiers = column("identifiers");
    this.#date = column("release_date");
    this.#creditName = this.#artists.leaf(0);
    this.#creditRole = this.#artists.leaf(1);
    this.#creditKey = this.#artists.leaf(2);
    this.#scheme = this.#identifiers.leaf(0);
    this.#value = this.#identifiers.leaf(1);
  }

  /** The row of a track of a release: `release` is the node of its id, `position` that of the number of the medium. */
  addTrack(track: number, release: number, position: number): void {
    const { nodes } = this.#json;
    const recording = nodes.member(track, FIELD.recording);
    const key = nodes.member(track, FIELD.id);
    this.#addKey(key);
    this.#text(this.#release, release);
    this.#small(this.#discNo, position);
    this.#small(this.#trackNo, nodes.member(track, FIELD.position));
    this.#addTitle(nodes.member(track, FIELD.title), nodes.member(recording, RECORDING.title));
    const credit =
      nodes.member(track, FIELD["artist-credit"]) || nodes.member(recording, RECORDING["artist-credit"]);
    this.#addCredit(credit, nodes.member(recording, RECORDING.relations));
    this.#whole(
      this.#duration,
      nodes.member(track, FIELD.length) || nodes.member(recording, RECORDING.length),
    );
    this.#addIsrcs(nodes.member(recording, RECORDING.isrcs));
    this.#identifiers.start();
    this.#addIdentifier(0, MBID_RECORDING, nodes.member(recording, RECORDING.id));
    this.#addIdentifier(1, MBID_TRACK, key);
    this.#file.endRow();
  }

  /** The row of a recording that stands on no release. */
  addRecording(recording: number): void {
    const { nodes } = this.#json;
    const key = nodes.member(recording, RECORDING.id);
    this.#addKey(key);
    this.#addTitle(nodes.member(recording, RECORDING.title), 0);
    this.#addCredit(
      nodes.member(recording, RECORDING["artist-credit"]),
      nodes.member(recording, RECORDING.relations),
    );
    this.#whole(this.#duration, nodes.member(recording, RECORDING.length));
    this.#addIsrcs(nodes.member(recording, RECORDING.isrcs));
    this.#identifiers.start();
    this.#addIdentifier(0, MBID_RECORDING, key);
    this.#text(this.#date, nodes.member(recording, RECORDING["first-release-date"]));
    this.#file.endRow();
  }

  #addKey(key: number): void {
    const { nodes, bytes } = this.#json;
    this.#ids.set(bytes, nodes.first(key), nodes.second(key));
    this.#id.start();
    this.#id.leaf(0).addHalves(0, this.#ids.low, this.#ids.high);
    this.#text(this.#key, key);
    this.#status.start();
    this.#status.leaf(0).addConstant(0, STATUS);
  }

  #addTitle(own: number, other: number): void {
    this.#text(this.#title, this.#isFilled(own) ? own : other);
  }

  #addCredit(credit: number, relations: number): void {
    if (credit === 0) return;
    const { bytes } = this.#json;
    const from = this.#json.spare;
    this.#credits.putText(credit);
    if (from < this.#json.spare) {
      this.#credit.addText(bytes, from, this.#json.spare);
    }
    this.#repetition = 0;
    this.#credits.each(credit, relations, this.#takeCredit);
    if (this.#repetition === 0) this.#addEmpty(this.#artists);
  }

  readonly #takeCredit = (name: number, role: ViewedBytes, key: number): void => {
    if (this.#repetition === 0) this.#artists.start();
    this.#addNode(this.#creditName, name);
    this.#creditRole.addConstant(this.#repetition, role);
    this.#addNode(this.#creditKey, key);
    this.#repetition = 1;
  };

  #addNode(leaf: Leaf, node: number): void {
    const { nodes, bytes } = this.#json;
    if (node === 0) leaf.add(this.#repetition, null);
    else leaf.addText(this.#repetition, bytes, nodes.first(node), nodes.second(node));
  }

  #addIsrcs(isrcs: number): void {
    const { nodes, bytes } = this.#json;
    const first = nodes.first(isrcs);
    if (first === 0) {
      this.#addEmpty(this.#isrcs);
      return;
    }
    this.#isrcs.start();
    const leaf = this.#isrcs.leaf(0);
    for (let item = first; item !== 0; item = nodes.next(item)) {
      const repetition = item === first ? 0 : 1;
      if (nodes.isNull(item)) leaf.addNone(repetition, NO_VALUE);
      else leaf.addText(repetition, bytes, nodes.first(item), nodes.second(item));
    }
  }

  #addIdentifier(repetition: number, scheme: ViewedBytes, value: number): void {
    const { nodes, bytes } = this.#json;
    this.#scheme.addConstant(repetition, scheme);
    this.#value.addText(repetition, bytes, nodes.first(value), nodes.second(value));
  }

  #addEmpty(column: RowColumn): void {
    column.start();
    column.addNone(1);
  }

  /** An empty text is none. */
  #text(column: RowColumn, node: number): void {
    if (!this.#isFilled(node)) return;
    const { nodes, bytes } = this.#json;
    column.addText(bytes, nodes.first(node), nodes.second(node));
  }

  #isFilled(node: number): boolean {
    const { nodes } = this.#json;
    return node !== 0 && nodes.first(node) < nodes.second(node);
  }

  #whole(column: RowColumn, node: number): void {
    const value = this.#json.whole(node);
    if (value === null) return;
    column.addWhole(value);
  }

  /** A number of more than 32 bits is none. */
  #small(column: RowColumn, node: number): void {
    const value = this.#json.whole(node);
    if (value === null || value !== (value | 0)) return;
    column.addWhole(value);
  }
}
