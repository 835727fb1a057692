import type { Fields } from "../../formats/json/shape.ts";

/** Shapes of MusicBrainz's JSON: the dumps' and the web service's, as far as it is read. */
export const NAMED = { id: "VARCHAR", name: "VARCHAR" } as const satisfies Fields;
export const CREDITED = {
  name: "VARCHAR",
  joinphrase: "VARCHAR",
  artist: { fields: NAMED },
} as const satisfies Fields;
const ARTIST_CREDIT = { list: { fields: CREDITED } } as const;
export const RELATION = { type: "VARCHAR", artist: { fields: NAMED } } as const satisfies Fields;

export const COUNTED = { name: "VARCHAR", count: "BIGINT" } as const satisfies Fields;
export const RATING = { value: "DOUBLE", "votes-count": "BIGINT" } as const satisfies Fields;
export const SUPPLEMENTS = {
  tags: { list: { fields: COUNTED } },
  genres: { list: { fields: COUNTED } },
  rating: { fields: RATING },
  annotation: "VARCHAR",
} as const satisfies Fields;

/** Of a recording within a release, and of one by itself. */
export const RECORDING_FIELDS = {
  id: "VARCHAR",
  title: "VARCHAR",
  length: "BIGINT",
  isrcs: { list: "VARCHAR" },
  "artist-credit": ARTIST_CREDIT,
  relations: { list: { fields: RELATION } },
  "first-release-date": "VARCHAR",
  ...SUPPLEMENTS,
} as const satisfies Fields;

export const TRACK = {
  id: "VARCHAR",
  title: "VARCHAR",
  length: "BIGINT",
  position: "BIGINT",
  "artist-credit": ARTIST_CREDIT,
  recording: { fields: RECORDING_FIELDS },
} as const satisfies Fields;

export const MEDIUM = {
  position: "BIGINT",
  "track-count": "BIGINT",
  pregap: { fields: TRACK },
  tracks: { list: { fields: TRACK } },
} as const satisfies Fields;

export const RELEASE_GROUP = {
  id: "VARCHAR",
  "primary-type": "VARCHAR",
  "secondary-types": { list: "VARCHAR" },
  ...SUPPLEMENTS,
} as const satisfies Fields;

export const LABEL_INFO = {
  "catalog-number": "VARCHAR",
  label: { fields: NAMED },
} as const satisfies Fields;

export const RELEASE_FIELDS = {
  id: "VARCHAR",
  title: "VARCHAR",
  date: "VARCHAR",
  country: "VARCHAR",
  barcode: "VARCHAR",
  "artist-credit": ARTIST_CREDIT,
  "label-info": { list: { fields: LABEL_INFO } },
  "release-group": { fields: RELEASE_GROUP },
  media: { list: { fields: MEDIUM } },
  ...SUPPLEMENTS,
} as const satisfies Fields;

/** Of an artist and of a label. */
export const NAMED_FIELDS = {
  id: "VARCHAR",
  name: "VARCHAR",
  "sort-name": "VARCHAR",
  isnis: { list: "VARCHAR" },
  ipis: { list: "VARCHAR" },
  ...SUPPLEMENTS,
} as const satisfies Fields;
