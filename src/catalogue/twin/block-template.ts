import { popularityOfRank, survivalCounts } from "./popularity-curve.ts";
import { type Random, randomStream, shuffle } from "./random.ts";
import { BLOCK, type TwinSize } from "./twin-size.ts";

/** One of the 10,000 places of a block, in the order of ISRCs; within an ISRC the most popular track first. */
export interface TemplatePlace {
  readonly recording: number;
  /** 0 to 9,999: all tracks of stratum 0 are more popular than all of stratum 1. Each block has one of each. */
  readonly stratum: number;
  /** How many blocks on the album stands. */
  readonly albumShift: number;
  readonly album: number;
  readonly disc: number;
  readonly trackNo: number;
  /** How many blocks on the recording's main artist stands, and which of that block it is. */
  readonly artistShift: number;
  readonly artist: number;
  /** Main artists of the recording. */
  readonly credits: number;
  readonly hasFeatures: boolean;
}

export interface TemplateAlbum {
  readonly trackCount: number;
  /** The smallest stratum of its tracks. */
  readonly stratum: number;
  readonly artist: number;
}

export interface BlockTemplate {
  readonly places: readonly TemplatePlace[];
  readonly albums: readonly TemplateAlbum[];
  /** The smallest stratum of what each artist has made. */
  readonly artistStrata: readonly number[];
}

/** Recordings of a block by the number of tracks that share their ISRC: popular ones have 2, 3, even 20. */
const RECORDINGS_BY_COPIES: readonly (readonly [copies: number, recordings: number])[] = [
  [2, 900],
  [3, 300],
  [4, 130],
  [5, 60],
  [6, 26],
  [8, 12],
  [12, 4],
  [20, 2],
];

/** Albums of a block by their number of tracks, an assumption but for the mean of 4.37; singles make up the rest. */
const ALBUMS_BY_TRACKS: readonly (readonly [tracks: number, albums: number])[] = [
  [2, 270],
  [3, 100],
  [4, 80],
  [5, 75],
  [6, 65],
  [8, 80],
  [10, 120],
  [12, 130],
  [14, 60],
  [18, 30],
  [25, 14],
  [44, 5],
];

const FEATURELESS = 17; // of 10,000: 255,594,909 of 256,039,007 tracks have features

/** The same for every block of a twin: which tracks share a recording, an album and an artist. */
export function makeBlockTemplate(seed: number, { blocks }: TwinSize): BlockTemplate {
  const random = randomStream(seed, "template");
  const copies = copiesOfRecordings(random);
  const tracks = rankTracks(copies, random);
  const albums = makeAlbums(random);
  const artistOfAlbum = shareOutAlbums(random);
  placeInAlbums(tracks, albums, random);
  const credits = creditsOfRecordings(copies, random);
  const featureless = new Set(
    shuffle([...copies.keys()], random)
      .filter((id) => copies[id] === 1)
      .slice(0, FEATURELESS),
  );
  const shifts = tracks.map(() => random.below(blocks));
  const firstOf = new Map<number, number>();
  for (const [index, track] of tracks.entries()) {
    if (!firstOf.has(track.recording)) firstOf.set(track.recording, index);
  }
  const artistStrata = new Array<number>(BLOCK.artists).fill(BLOCK.tracks - 1);
  const albumStrata = albums.map(() => BLOCK.tracks - 1);
  const places = tracks.map((track, index): TemplatePlace => {
    const first = firstOf.get(track.recording) ?? index;
    const artist = artistOfAlbum[tracks[first]?.album ?? 0] ?? 0;
    albumStrata[track.album] = Math.min(albumStrata[track.album] ?? track.stratum, track.stratum);
    artistStrata[artist] = Math.min(artistStrata[artist] ?? track.stratum, track.stratum);
    return {
      recording: track.recording,
      stratum: track.stratum,
      albumShift: shifts[index] ?? 0,
      album: track.album,
      disc: Math.floor(track.number / 22) + 1,
      trackNo: (track.number % 22) + 1,
      artistShift: shifts[first] ?? 0,
      artist,
      credits: credits[track.recording] ?? 1,
      hasFeatures: !featureless.has(track.recording),
    };
  });
  return {
    places,
    albums: albums.map((trackCount, album) => ({
      trackCount,
      stratum: albumStrata[album] ?? BLOCK.tracks - 1,
      artist: artistOfAlbum[album] ?? 0,
    })),
    artistStrata,
  };
}

interface RankedTrack {
  readonly recording: number;
  stratum: number;
  album: number;
  number: number;
}

function copiesOfRecordings(random: Random): number[] {
  const many = RECORDINGS_BY_COPIES.flatMap(([copies, count]) => new Array<number>(count).fill(copies));
  const left = BLOCK.recordings - many.length;
  const surplus = BLOCK.tracks - left - many.reduce((sum, copies) => sum + copies, 0);
  // What is left to reach the number of tracks goes to pairs, or is taken from them.
  const adjusted = adjust([...many, ...new Array<number>(left).fill(1)], surplus);
  return shuffle(adjusted, random);
}

function adjust(copies: number[], surplus: number): number[] {
  let left = surplus;
  for (let index = 0; index < copies.length && left !== 0; index += 1) {
    if (left > 0 && copies[index] === 1) {
      copies[index] = 2;
      left -= 1;
    } else if (left < 0 && copies[index] === 2) {
      copies[index] = 1;
      left += 1;
    }
  }
  return copies;
}

/** All tracks in the order of their recordings, each with its stratum; recordings with many copies tend to be popular. */
function rankTracks(copies: readonly number[], random: Random): RankedTrack[] {
  const scored = copies.flatMap((count, recording) => {
    const score = random.uniform() ** (1 + (count - 1) * 0.7);
    return Array.from({ length: count }, (_, copy) => ({
      recording,
      score: copy === 0 ? score : score + (1 - score) * random.uniform() ** 1.5 * 0.9,
    }));
  });
  const order = [...scored.keys()].sort((a, b) => (scored[a]?.score ?? 0) - (scored[b]?.score ?? 0));
  const strata = new Array<number>(scored.length).fill(0);
  for (const [stratum, index] of order.entries()) strata[index] = stratum;
  return scored
    .map(({ recording }, index) => ({ recording, stratum: strata[index] ?? 0, album: 0, number: 0 }))
    .sort((a, b) => a.recording - b.recording || a.stratum - b.stratum);
}

function makeAlbums(random: Random): number[] {
  const many = ALBUMS_BY_TRACKS.flatMap(([tracks, count]) => new Array<number>(count).fill(tracks));
  const albums = [...many, ...new Array<number>(BLOCK.albums - many.length).fill(1)];
  let surplus = BLOCK.tracks - albums.reduce((sum, tracks) => sum + tracks, 0);
  for (let index = 0; surplus !== 0; index = (index + 1) % many.length) {
    const tracks = albums[index] ?? 0;
    const change = Math.sign(surplus);
    if (tracks + change < 2) continue;
    albums[index] = tracks + change;
    surplus -= change;
  }
  return shuffle(albums, random);
}

/** The artist of each album of a block: each has one at least, a few have very many. */
function shareOutAlbums(random: Random): number[] {
  const owners = Array.from({ length: BLOCK.albums }, (_, album) =>
    album < BLOCK.artists ? album : Math.floor(BLOCK.artists * random.uniform() ** 3),
  );
  return owners.sort((a, b) => a - b);
}

/** Neighbours in popularity, but for some noise, stand on one album. */
function placeInAlbums(tracks: RankedTrack[], albums: readonly number[], random: Random): void {
  const near = tracks
    .map((track) => ({ track, key: Math.log(track.stratum + 1) + random.normal() * 0.5 }))
    .sort((a, b) => a.key - b.key);
  let next = 0;
  for (const [album, count] of albums.entries()) {
    const members = shuffle(near.slice(next, next + count), random);
    for (const [number, { track }] of members.entries()) Object.assign(track, { album, number });
    next += count;
  }
}

/** Main artists of each recording, so that the tracks of a block have 13,594 in all: 1.359 a track. */
function creditsOfRecordings(copies: readonly number[], random: Random): number[] {
  const credits = new Array<number>(copies.length).fill(1);
  let left = BLOCK.credits - BLOCK.tracks;
  for (const recording of shuffle([...copies.keys()], random)) {
    const count = copies[recording] ?? 1;
    const draw = random.uniform();
    const more = draw < 0.76 ? 1 : draw < 0.93 ? 2 : 3;
    const taken = Math.min(more, Math.floor(left / count));
    credits[recording] = 1 + taken;
    left -= taken * count;
    if (left === 0) break;
  }
  return credits;
}

/** The popularity of the stratum's first track, and from which one on it is one less; null where it falls further. */
export function stratumPopularity(
  stratum: number,
  { blocks, tracks }: TwinSize,
  survival = survivalCounts(tracks),
): { readonly popularity: number; readonly fallsAt: number } | null {
  const first = popularityOfRank(stratum * blocks, survival);
  const last = popularityOfRank((stratum + 1) * blocks - 1, survival);
  if (first - last > 1) return null;
  return { popularity: first, fallsAt: first === last ? (stratum + 1) * blocks : (survival[first - 1] ?? 0) };
}
