import { expect, test } from "vitest";
import { freeKey, id3Key, id3v1Key, infoKey, mp4Key } from "./tag-keys.ts";

test.each([
  ["license", "LICENSE"],
  ["LICENCE", "LICENSE"],
  ["License URL", "LICENSE"],
  ["Copyright", "COPYRIGHT"],
  ["album artist", "ALBUMARTIST"],
  ["ALBUM_ARTIST", "ALBUMARTIST"],
  ["Year", "DATE"],
  ["Track", "TRACKNUMBER"],
  ["TotalTracks", "TRACKTOTAL"],
  ["organization", "LABEL"],
  ["UPC", "BARCODE"],
  ["EAN/UPN", "BARCODE"],
  ["MusicBrainz Album Id", "MUSICBRAINZ_ALBUMID"],
  ["musicbrainz_trackid", "MUSICBRAINZ_TRACKID"],
  ["MusicBrainz Release Track Id", "MUSICBRAINZ_RELEASETRACKID"],
  ["replaygain_track_gain", "REPLAYGAIN_TRACK_GAIN"],
  ["Acoustid Id", "ACOUSTID_ID"],
  ["isrc", "ISRC"],
  ["Something else", "SOMETHING ELSE"],
  ["MUSICBRAINZ", "MUSICBRAINZ"],
  ["  ", ""],
])("the free key %j is %j", (name, key) => {
  expect(freeKey(name)).toBe(key);
});

test.each([
  ["TIT2", "TITLE"],
  ["TT2", "TITLE"],
  ["WCOP", "LICENSE"],
  ["TCOP", "COPYRIGHT"],
  ["TSRC", "ISRC"],
  ["TXXX:LICENSE", "LICENSE"],
  ["TXXX:MusicBrainz Artist Id", "MUSICBRAINZ_ARTISTID"],
  ["TXX:Catalog Number", "CATALOGNUMBER"],
  ["TYER", "DATE"],
  ["XYZW", "XYZW"],
])("the ID3v2 frame %j is %j", (frame, key) => {
  expect(id3Key(frame)).toBe(key);
});

test.each([
  ["©nam", "TITLE"],
  ["cprt", "COPYRIGHT"],
  ["©cpy", "COPYRIGHT"],
  ["----:com.apple.iTunes:ISRC", "ISRC"],
  ["----:com.apple.iTunes:LICENSE", "LICENSE"],
  ["----:com.apple.iTunes:MusicBrainz Track Id", "MUSICBRAINZ_TRACKID"],
])("the MP4 item %j is %j", (item, key) => {
  expect(mp4Key(item)).toBe(key);
});

test.each([
  ["INAM", "A", "TITLE"],
  ["ICOP", "A", "COPYRIGHT"],
  ["ISRC", "US-RC1-76-07839", "ISRC"],
  ["ISRC", "A. N. Archivist", "SOURCE"],
])("the RIFF chunk %j with %j is %j", (chunk, value, key) => {
  expect(infoKey(chunk, value)).toBe(key);
});

test("the fields of ID3v1 have the common names", () => {
  expect(["title", "year", "track"].map(id3v1Key)).toEqual(["TITLE", "DATE", "TRACKNUMBER"]);
});
