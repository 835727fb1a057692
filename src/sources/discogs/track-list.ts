import { childOf, childrenOf, textOf, type XmlElement } from "../xml/xml-element.ts";

/** An entry of a track list that is a track. */
export interface ListedTrack {
  readonly element: XmlElement;
  /** Within its release: the position when it is there once, else the place in the list. */
  readonly key: string;
  readonly position: string | null;
  readonly title: string | null;
  /** The entry that this is a part of, with credits of its own. */
  readonly parent: XmlElement | null;
  readonly discNo: number | null;
  /** Counted from 1 on each disc. */
  readonly trackNo: number;
}

/**
 * The tracks among the entries of `<tracklist>`: those with a position. An entry without one is a heading, or an index
 * track whose parts have positions. Where no entry of the release has a position, those with a duration are the tracks,
 * and where none has that either, all of them.
 */
export function listedTracks(release: XmlElement): ListedTrack[] {
  const entries = childrenOf(childOf(release, "tracklist"), "track");
  const all = entries.flatMap((entry) => [entry, ...subTracks(entry)]);
  const sign = (["position", "duration"] as const).find((name) =>
    all.some((entry) => textOf(entry, name) !== null),
  );
  const isTrack = (entry: XmlElement): boolean => sign === undefined || textOf(entry, sign) !== null;
  const tracks = entries.flatMap((entry): Part[] => {
    const parts = sign === undefined ? [] : subTracks(entry).filter(isTrack);
    if (parts.length > 0) return parts.map((element) => ({ element, parent: entry }));
    return isTrack(entry) ? [{ element: entry, parent: null }] : [];
  });
  const positions = tracks.map(({ element }) => textOf(element, "position"));
  const times = new Map<string, number>();
  for (const position of positions)
    if (position !== null) times.set(position, (times.get(position) ?? 0) + 1);
  const onDisc = new Map<number | null, number>();
  return tracks.map(({ element, parent }, index) => {
    const position = positions[index] ?? null;
    const discNo = discOf(position);
    const trackNo = (onDisc.get(discNo) ?? 0) + 1;
    onDisc.set(discNo, trackNo);
    const key = position !== null && times.get(position) === 1 ? position : `#${index + 1}`;
    return { element, parent, key, position, title: titleOf(element, parent), discNo, trackNo };
  });
}

/**
 * Which tracks `A1, A3 to B2` names, by their places in the list; null when some of it names no track, so that nothing
 * is said of the wrong one.
 */
export function tracksNamed(text: string, tracks: readonly ListedTrack[]): ReadonlySet<number> | null {
  const named = new Set<number>();
  const placeOf = (position: string): number =>
    tracks.findIndex((track) => track.position?.toLowerCase() === position.trim().toLowerCase());
  for (const part of text.split(",")) {
    const [from = "", to = from, ...more] = part.split(/\s+to\s+/i);
    const first = placeOf(from);
    const last = placeOf(to);
    if (first < 0 || last < first || more.length > 0) return null;
    for (let place = first; place <= last; place += 1) named.add(place);
  }
  return named;
}

/** `4:45` or `1:02:03` in milliseconds; null for anything else, and for zero, which means that nobody knows. */
export function durationMs(text: string | null): number | null {
  const match = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$/.exec(text ?? "");
  if (match === null) return null;
  const seconds = Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  return seconds === 0 ? null : seconds * 1000;
}

interface Part {
  readonly element: XmlElement;
  readonly parent: XmlElement | null;
}

function subTracks(entry: XmlElement): readonly XmlElement[] {
  return childrenOf(childOf(entry, "sub_tracks"), "track");
}

/** `Adagio` alone names nothing: a part has the name of the whole before it. */
function titleOf(element: XmlElement, parent: XmlElement | null): string | null {
  const title = textOf(element, "title");
  const whole = parent === null ? null : textOf(parent, "title");
  return title === null || whole === null ? (title ?? whole) : `${whole}: ${title}`;
}

/** `2-5`, `CD2-5` → 2; the sides A and B of a record → 1, C and D → 2; null where the position does not tell. */
function discOf(position: string | null): number | null {
  const numbered = /^(?:CD|DVD|LP)?\s?(\d{1,3})-\w/i.exec(position ?? "");
  if (numbered !== null) return Number(numbered[1]);
  const side = /^([A-Z])\d{0,3}$/.exec(position ?? "")?.[1];
  return side === undefined ? null : Math.floor((side.charCodeAt(0) - "A".charCodeAt(0)) / 2) + 1;
}
