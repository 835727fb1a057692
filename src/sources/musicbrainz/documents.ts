import type { Fields, Shape } from "../lines/shape.ts";

/** Shapes of MusicBrainz's JSON: the dumps' and the web service's, as far as it is read. */
const ARTIST_CREDIT: Shape = {
  list: {
    fields: {
      name: "VARCHAR",
      joinphrase: "VARCHAR",
      artist: { fields: { id: "VARCHAR", name: "VARCHAR" } },
    },
  },
};

const SUPPLEMENTS = {
  tags: { list: { fields: { name: "VARCHAR", count: "BIGINT" } } },
  genres: { list: { fields: { name: "VARCHAR", count: "BIGINT" } } },
  rating: { fields: { value: "DOUBLE", "votes-count": "BIGINT" } },
  annotation: "VARCHAR",
} as const satisfies Fields;

const RECORDING = {
  id: "VARCHAR",
  title: "VARCHAR",
  length: "BIGINT",
  isrcs: { list: "VARCHAR" },
  "artist-credit": ARTIST_CREDIT,
  relations: {
    list: { fields: { type: "VARCHAR", artist: { fields: { id: "VARCHAR", name: "VARCHAR" } } } },
  },
  ...SUPPLEMENTS,
} as const satisfies Fields;

const TRACK: Shape = {
  fields: {
    id: "VARCHAR",
    title: "VARCHAR",
    length: "BIGINT",
    position: "BIGINT",
    "artist-credit": ARTIST_CREDIT,
    recording: { fields: RECORDING },
  },
};

export const RELEASE_FIELDS: Fields = {
  id: "VARCHAR",
  title: "VARCHAR",
  date: "VARCHAR",
  country: "VARCHAR",
  barcode: "VARCHAR",
  "artist-credit": ARTIST_CREDIT,
  "label-info": {
    list: {
      fields: { "catalog-number": "VARCHAR", label: { fields: { id: "VARCHAR", name: "VARCHAR" } } },
    },
  },
  "release-group": {
    fields: {
      id: "VARCHAR",
      "primary-type": "VARCHAR",
      "secondary-types": { list: "VARCHAR" },
      ...SUPPLEMENTS,
    },
  },
  media: {
    list: {
      fields: { position: "BIGINT", "track-count": "BIGINT", pregap: TRACK, tracks: { list: TRACK } },
    },
  },
  ...SUPPLEMENTS,
};

export const RECORDING_FIELDS: Fields = { ...RECORDING, "first-release-date": "VARCHAR" };

/** Of an artist and of a label. */
export const NAMED_FIELDS: Fields = {
  id: "VARCHAR",
  name: "VARCHAR",
  "sort-name": "VARCHAR",
  isnis: { list: "VARCHAR" },
  ipis: { list: "VARCHAR" },
  ...SUPPLEMENTS,
};
