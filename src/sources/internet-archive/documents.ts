import type { Fields } from "../../formats/json/shape.ts";

/** The document of an item, as `metadata/<identifier>` gives it, as far as it is read; fields may be a text or a list of texts. */
export const ITEM_FIELDS: Fields = {
  is_dark: "BOOLEAN",
  metadata: {
    fields: {
      identifier: "VARCHAR",
      title: "VARCHAR",
      creator: "VARCHAR",
      date: "VARCHAR",
      licenseurl: "VARCHAR",
      genre: "VARCHAR",
      publisher: "VARCHAR",
    },
  },
  files: {
    list: {
      fields: {
        name: "VARCHAR",
        source: "VARCHAR",
        title: "VARCHAR",
        track: "VARCHAR",
        artist: "VARCHAR",
        creator: "VARCHAR",
        length: "VARCHAR",
      },
    },
  },
};

const AUDIO_NAME = String.raw`(?i).*\.(mp3|flac|ogg|oga|opus|wav|aiff?|m4a|aac|shn|ape|wma|wv)`;

/** The audio files as they were uploaded; what the archive derived from them is the same music again. */
export const AUDIO_FILES = `[f for f in coalesce(files, []) if f.source = 'original' and regexp_full_match(f.name, '${AUDIO_NAME}')]`;

export const ITEM_REFUSAL = `case
  when is_dark then 'a dark item'
  when metadata is null or coalesce(metadata.identifier, '') = '' then 'no item: metadata.identifier is missing'
  when files is null then 'an item without its list of files'
  when len(${AUDIO_FILES}) = 0 then 'an item without original audio files'
  end`;
