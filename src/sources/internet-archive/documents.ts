import type { Fields } from "../../formats/json/shape.ts";

/** Fields may be a text or a list of texts, which stands as it is written. */
export const METADATA = {
  identifier: "VARCHAR",
  title: "VARCHAR",
  creator: "VARCHAR",
  date: "VARCHAR",
  licenseurl: "VARCHAR",
  genre: "VARCHAR",
  publisher: "VARCHAR",
} as const satisfies Fields;

export const ITEM_FILE = {
  name: "VARCHAR",
  source: "VARCHAR",
  title: "VARCHAR",
  track: "VARCHAR",
  artist: "VARCHAR",
  creator: "VARCHAR",
  length: "VARCHAR",
} as const satisfies Fields;

/** The document of an item, as `metadata/<identifier>` gives it, as far as it is read. */
export const ITEM_FIELDS = {
  is_dark: "BOOLEAN",
  metadata: { fields: METADATA },
  files: { list: { fields: ITEM_FILE } },
} as const satisfies Fields;
