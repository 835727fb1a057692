import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import type { JsonReader } from "../../formats/json/json-reader.ts";
import { placesOf } from "../../formats/json/reading-plan.ts";
import type { CreditFact, CreditRole } from "../facts/fact-tables.ts";
import { CREDITED, NAMED, RELATION } from "./documents.ts";
import type { NamedEntities } from "./named-entities.ts";

const CREDIT = placesOf(CREDITED);
const RELATED = placesOf(RELATION);
const ARTIST = placesOf(NAMED);

/** Roles by MusicBrainz's names of the types of relations. */
const ROLES: ReadonlyMap<string, ViewedBytes> = new Map(
  (
    [
      ["composer", "composer"],
      ["writer", "composer"],
      ["lyricist", "lyricist"],
      ["librettist", "lyricist"],
      ["conductor", "conductor"],
      ["chorus master", "conductor"],
      ["arranger", "arranger"],
      ["instrument arranger", "arranger"],
      ["vocal arranger", "arranger"],
      ["orchestrator", "arranger"],
      ["remixer", "remixer"],
      ["producer", "producer"],
      ["performer", "performer"],
      ["instrument", "performer"],
      ["vocal", "performer"],
      ["performing orchestra", "performer"],
    ] satisfies [string, CreditRole][]
  ).map(([type, role]) => [type, viewedBytes(Buffer.from(role))]),
);

const MAIN = viewedBytes(Buffer.from("main"));
const OTHER = viewedBytes(Buffer.from("other"));

/** Takes a credit: nodes, which are 0 where there is nothing, and the name of a role. */
export type TakeCredit = (name: number, role: ViewedBytes, key: number) => void;

/** Nodes of a document that speak of artists. */
export class Credits {
  readonly #json: JsonReader;
  readonly #artists: NamedEntities;

  /** Artists that are spoken of go into `artists`. */
  constructor(json: JsonReader, artists: NamedEntities) {
    this.#json = json;
    this.#artists = artists;
  }

  /** Each artist of an artist credit, then each that a recording is related with. */
  each(credit: number, relations: number, take: TakeCredit): void {
    const { nodes } = this.#json;
    for (let item = nodes.first(credit); item !== 0; item = nodes.next(item)) {
      const artist = nodes.member(item, CREDIT.artist);
      const key = this.#artist(artist);
      take(nodes.member(item, CREDIT.name) || nodes.member(artist, ARTIST.name), MAIN, key);
    }
    for (let item = nodes.first(relations); item !== 0; item = nodes.next(item)) {
      const artist = nodes.member(item, RELATED.artist);
      const key = this.#artist(artist);
      if (key === 0) continue;
      const type = this.#json.text(nodes.member(item, RELATED.type));
      take(nodes.member(artist, ARTIST.name), ROLES.get(type ?? "") ?? OTHER, key);
    }
  }

  /** Puts an artist credit down as it stands on the cover, with the words between the names. */
  putText(credit: number): void {
    const json = this.#json;
    const { nodes } = json;
    for (let item = nodes.first(credit); item !== 0; item = nodes.next(item)) {
      const name =
        nodes.member(item, CREDIT.name) || nodes.member(nodes.member(item, CREDIT.artist), ARTIST.name);
      if (name !== 0) json.put(name);
      const words = nodes.member(item, CREDIT.joinphrase);
      if (words !== 0) json.put(words);
    }
  }

  /** The same as a text of JavaScript; null where it is empty. */
  joined(credit: number): string | null {
    const from = this.#json.spare;
    this.putText(credit);
    return this.#json.decode(from, this.#json.spare) || null;
  }

  /** The artists of a credit as values of a row; null where there is no credit. */
  rows(credit: number): readonly Partial<CreditFact>[] | null {
    if (credit === 0) return null;
    const rows: Partial<CreditFact>[] = [];
    this.each(credit, 0, (name, _role, key) => {
      const said = this.#json.text(name);
      rows.push({ ...(said === null ? {} : { name: said }), role: "main", key: this.#json.text(key) });
    });
    return rows;
  }

  /** Takes an artist up; gives the node of its id. */
  #artist(artist: number): number {
    const { nodes } = this.#json;
    const key = nodes.member(artist, ARTIST.id);
    this.#artists.addNode(this.#json, key, nodes.member(artist, ARTIST.name));
    return key;
  }
}
