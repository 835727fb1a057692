import { createHash } from "node:crypto";

/** Documents of the shape of MusicBrainz's, made up: everything in them follows from their number. */
type Json = Readonly<Record<string, unknown>>;

export function mbid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return parts.join("-");
}

function credit(...names: readonly string[]): readonly Json[] {
  return names.map((name, index) => ({
    name: `${name}!`,
    joinphrase: index < names.length - 1 ? " & " : "",
    artist: { id: mbid(`artist ${name}`), name, "sort-name": name, disambiguation: "" },
  }));
}

export interface ReleaseOptions {
  readonly tracks?: number;
  /** Adds tags, genres, ratings and an annotation. */
  readonly hasSupplements?: boolean;
}

export function releaseDocument(number: number, options: ReleaseOptions = {}): Json {
  const { tracks = (number % 5) + 1, hasSupplements = false } = options;
  const supplements = hasSupplements
    ? {
        tags: [{ name: "loud", count: 2 }],
        genres: [{ id: mbid("g"), name: "rock", count: 3 }],
        annotation: "A.",
      }
    : {};
  return {
    id: mbid(`release ${number}`),
    title: `Release ${number}`,
    date: number % 3 === 0 ? "" : `19${70 + (number % 30)}-0${(number % 9) + 1}`,
    country: number % 2 === 0 ? "GB" : null,
    barcode: number % 4 === 0 ? "" : String(5_000_000_000_000 + number),
    packaging: "Jewel Case",
    "artist-credit": credit(`Artist ${number % 7}`),
    "label-info": [
      {
        "catalog-number": `CAT ${number}`,
        label: { id: mbid(`label ${number % 3}`), name: `Label ${number % 3}` },
      },
      { "catalog-number": null, label: null },
    ],
    "release-group": {
      id: mbid(`group ${number}`),
      title: "G",
      "primary-type": "Album",
      "secondary-types": ["Live"],
    },
    media: [
      {
        position: 1,
        format: "CD",
        "track-count": tracks,
        tracks: Array.from({ length: tracks }, (_, index) => trackDocument(number, index + 1, supplements)),
        ...(number % 6 === 0 ? { "data-tracks": [trackDocument(number, 99, {})] } : {}),
        ...(number % 8 === 0 ? { pregap: trackDocument(number, 0, {}) } : {}),
      },
    ],
    ...supplements,
  };
}

function trackDocument(release: number, position: number, supplements: Json): Json {
  const name = `${release}/${position}`;
  const isrc = (last: number): string =>
    `GBXXX${String(release % 100).padStart(2, "0")}${String(last).padStart(5, "0")}`;
  return {
    id: mbid(`track ${name}`),
    number: String(position),
    position,
    title: `Track ${name}`,
    length: position % 4 === 0 ? null : 1000 * release + position,
    "artist-credit": credit(`Artist ${release % 7}`, `Guest ${position}`),
    recording: {
      id: mbid(`recording ${name}`),
      title: `Recording ${name}`,
      length: 200_000 + position,
      video: false,
      isrcs: Array.from({ length: position % 3 }, (_, index) => isrc(release * 10 + position + index)),
      "artist-credit": credit(`Artist ${release % 7}`),
      ...supplements,
      ...(Object.keys(supplements).length > 0 ? { rating: { value: 4.5, "votes-count": 2 } } : {}),
    },
  };
}

export function artistDocument(name: string): Json {
  return {
    id: mbid(`artist ${name}`),
    name,
    "sort-name": name,
    gender: null,
    isnis: ["0000000121032683"],
    ipis: [],
    rating: { value: null, "votes-count": 0 },
    tags: [],
  };
}

export function lines(documents: readonly Json[]): string {
  return documents.map((document) => `${JSON.stringify(document)}\n`).join("");
}
