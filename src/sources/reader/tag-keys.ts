/** The frames of ID3v2 (2.2 names of three letters, 2.3 and 2.4 of four) that have a name among Vorbis comments. */
const ID3_FRAMES: Readonly<Record<string, string>> = {
  ...both("TIT2", "TT2", "TITLE"),
  ...both("TIT1", "TT1", "GROUPING"),
  ...both("TIT3", "TT3", "SUBTITLE"),
  ...both("TPE1", "TP1", "ARTIST"),
  ...both("TPE2", "TP2", "ALBUMARTIST"),
  ...both("TPE3", "TP3", "CONDUCTOR"),
  ...both("TPE4", "TP4", "REMIXER"),
  ...both("TALB", "TAL", "ALBUM"),
  ...both("TCOM", "TCM", "COMPOSER"),
  ...both("TEXT", "TXT", "LYRICIST"),
  ...both("TCON", "TCO", "GENRE"),
  ...both("TRCK", "TRK", "TRACKNUMBER"),
  ...both("TPOS", "TPA", "DISCNUMBER"),
  ...both("TYER", "TYE", "DATE"),
  ...both("TORY", "TOR", "ORIGINALDATE"),
  ...both("TSRC", "TRC", "ISRC"),
  ...both("TPUB", "TPB", "LABEL"),
  ...both("TCOP", "TCR", "COPYRIGHT"),
  ...both("WCOP", "WCP", "LICENSE"),
  ...both("TLAN", "TLA", "LANGUAGE"),
  ...both("TMED", "TMT", "MEDIA"),
  ...both("TENC", "TEN", "ENCODED-BY"),
  ...both("TSSE", "TSS", "ENCODERSETTINGS"),
  ...both("TBPM", "TBP", "BPM"),
  ...both("TKEY", "TKE", "KEY"),
  ...both("TCMP", "TCP", "COMPILATION"),
  TDRC: "DATE",
  TDOR: "ORIGINALDATE",
  TDRL: "RELEASEDATE",
  TSST: "DISCSUBTITLE",
  TSOP: "ARTISTSORT",
  TSOA: "ALBUMSORT",
  TSOT: "TITLESORT",
  TSO2: "ALBUMARTISTSORT",
  TSOC: "COMPOSERSORT",
};

/** Items of `ilst` (MP4, as iTunes writes it), and the two of QuickTime's user data. */
const MP4_ITEMS: Readonly<Record<string, string>> = {
  "©nam": "TITLE",
  "©ART": "ARTIST",
  aART: "ALBUMARTIST",
  "©alb": "ALBUM",
  "©day": "DATE",
  "©gen": "GENRE",
  gnre: "GENRE",
  "©wrt": "COMPOSER",
  "©con": "CONDUCTOR",
  "©cmt": "COMMENT",
  "©lyr": "LYRICS",
  "©grp": "GROUPING",
  "©pub": "LABEL",
  "©too": "ENCODER",
  "©cpy": "COPYRIGHT",
  cprt: "COPYRIGHT",
  trkn: "TRACKNUMBER",
  disk: "DISCNUMBER",
  cpil: "COMPILATION",
  tmpo: "BPM",
  sonm: "TITLESORT",
  soar: "ARTISTSORT",
  soal: "ALBUMSORT",
  soaa: "ALBUMARTISTSORT",
  soco: "COMPOSERSORT",
};

/** Chunks of LIST INFO in RIFF files. ISRC is not here: there it means *source*; see `infoKey`. */
const RIFF_INFO: Readonly<Record<string, string>> = {
  INAM: "TITLE",
  TITL: "TITLE",
  IART: "ARTIST",
  IPRD: "ALBUM",
  ICRD: "DATE",
  YEAR: "DATE",
  IGNR: "GENRE",
  GNRE: "GENRE",
  ITRK: "TRACKNUMBER",
  IPRT: "TRACKNUMBER",
  ICOP: "COPYRIGHT",
  ICMT: "COMMENT",
  COMM: "COMMENT",
  ILNG: "LANGUAGE",
  IMUS: "COMPOSER",
  IPUB: "LABEL",
  IENG: "ENGINEER",
  ISFT: "ENCODER",
};

const ID3V1_FIELDS: Readonly<Record<string, string>> = { year: "DATE", track: "TRACKNUMBER" };

/** Spellings of free names (Vorbis comments, APEv2, TXXX, iTunes' `----`), without spaces and signs. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...same("TRACKNUMBER", "TRACK", "TRACKNUM", "TRACKNO"),
  ...same("TRACKTOTAL", "TOTALTRACKS"),
  ...same("DISCNUMBER", "DISC", "DISK", "DISKNUMBER", "DISCNO"),
  ...same("DISCTOTAL", "TOTALDISCS"),
  ...same("DATE", "YEAR"),
  ...same("ORIGINALDATE", "ORIGINALYEAR", "ORIGYEAR"),
  ...same("ALBUMARTIST"),
  ...same("LICENSE", "LICENCE", "LICENSEURL", "LICENCEURL"),
  ...same("BARCODE", "UPC", "EAN", "EANUPN", "EANUPC", "UPCEAN", "GTIN"),
  ...same("LABEL", "ORGANIZATION", "ORGANISATION", "PUBLISHER", "RECORDLABEL"),
  ...same("CATALOGNUMBER", "CATALOG", "CATALOGUENUMBER", "CATALOGNO", "LABELNO"),
  ...same("COMMENT", "COMMENTS"),
  ...same("LANGUAGE", "LANG"),
  ...same("LYRICS", "UNSYNCEDLYRICS"),
  ...same("REPLAYGAIN_TRACK_GAIN"),
  ...same("REPLAYGAIN_TRACK_PEAK"),
  ...same("REPLAYGAIN_ALBUM_GAIN"),
  ...same("REPLAYGAIN_ALBUM_PEAK"),
  ...same("ACOUSTID_ID"),
  ...same("ACOUSTID_FINGERPRINT"),
]);

const MAX_KEY_LENGTH = 200;
const ISRC_SHAPE = /^(isrc)?[\s:-]*[a-z]{2}-?[a-z0-9]{3}-?\d{2}-?\d{5}$/i;

/** `frame` may have a description after a colon (`TXXX:MusicBrainz Album Id`). */
export function id3Key(frame: string): string {
  const colon = frame.indexOf(":");
  const name = colon < 0 ? frame : frame.slice(0, colon);
  if ((name === "TXXX" || name === "TXX") && colon > 0) return freeKey(frame.slice(colon + 1));
  return ID3_FRAMES[name] ?? freeKey(frame);
}

export function mp4Key(item: string): string {
  // `----:com.apple.iTunes:LABEL`: mean and name follow the colon each.
  if (item.startsWith("----:")) return freeKey(item.slice(item.lastIndexOf(":") + 1));
  return MP4_ITEMS[item] ?? freeKey(item);
}

/** RIFF's ISRC chunk names who supplied the recording, but taggers put the code there: the value decides. */
export function infoKey(chunk: string, value: string): string {
  if (chunk === "ISRC") return ISRC_SHAPE.test(value.trim()) ? "ISRC" : "SOURCE";
  return RIFF_INFO[chunk] ?? freeKey(chunk);
}

export function id3v1Key(field: string): string {
  return ID3V1_FIELDS[field] ?? field.toUpperCase();
}

/** The name that a free key goes by: upper case, the usual spellings made one. */
export function freeKey(name: string): string {
  const upper = name.trim().toUpperCase().slice(0, MAX_KEY_LENGTH);
  const squeezed = upper.replace(/[\s_\-/.]/g, "");
  if (/^MUSICBRAINZ./.test(squeezed)) return `MUSICBRAINZ_${squeezed.slice("MUSICBRAINZ".length)}`;
  return SPELLINGS.get(squeezed) ?? upper;
}

function both(four: string, three: string, key: string): Record<string, string> {
  return { [four]: key, [three]: key };
}

function same(key: string, ...spellings: string[]): [string, string][] {
  return [key.replace(/_/g, ""), ...spellings].map((spelling) => [spelling, key]);
}
