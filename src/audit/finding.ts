/** How bad it is: an `error` means that the release is not what was signed, or not what it says. */
export type Severity = "error" | "warning" | "note";

const FETCH_AGAIN =
  "get these bytes again: a torrent client that is pointed at the bag downloads only the pieces that differ";
const FROM_THE_SOURCE = "get this file again from where the release came from";
const DO_NOT_TRUST = "do not use this copy: ask its publisher, or get the release from another custodian";

/** Every kind of finding, how bad it is and what to do about it. Closed: other programs may switch on it. */
export const FINDING_KINDS = {
  /** `RELEASE.json` is missing, not canonical, not signed, or says something that cannot be. */
  "document-invalid": { severity: "error", remedy: FROM_THE_SOURCE },
  /** `<name>.json` beside the bag: the same. */
  "announcement-invalid": { severity: "error", remedy: FROM_THE_SOURCE },
  /** `<name>.json` is signed, and says something else than `RELEASE.json`. */
  "announcement-differs": { severity: "error", remedy: DO_NOT_TRUST },
  /** Torrents lie beside the bag without the file that vouches for them. */
  "announcement-missing": { severity: "warning", remedy: FROM_THE_SOURCE },
  /** Nothing but the bag is here. */
  "bare-bag": { severity: "note", remedy: "none needed: torrents and announcement were not checked" },
  "signer-unexpected": { severity: "error", remedy: DO_NOT_TRUST },
  "folder-renamed": {
    severity: "warning",
    remedy: "give the folder the name of the release, or torrent clients will not find the bytes",
  },
  /** The release before this one is here, and is not the one that this one names. */
  "chain-broken": { severity: "error", remedy: DO_NOT_TRUST },
  "previous-not-here": { severity: "note", remedy: "none needed: the link to it was not checked" },
  "file-missing": { severity: "error", remedy: FETCH_AGAIN },
  "file-unexpected": { severity: "error", remedy: "move it out of the bag: it is no part of the release" },
  /** A symlink, pipe, device or socket: it is not opened. */
  "file-irregular": { severity: "error", remedy: "replace it by the file itself" },
  "file-unreadable": { severity: "error", remedy: "check the disk and the permissions" },
  "file-size": { severity: "error", remedy: FETCH_AGAIN },
  "file-changed": { severity: "error", remedy: FETCH_AGAIN },
  /** A file has the bytes of another one of the release. */
  "file-swapped": { severity: "error", remedy: "give the files their own names again" },
  "manifest-wrong": { severity: "error", remedy: FROM_THE_SOURCE },
  /** Bytes of one track, or of what stands around it in the shard. */
  "entry-changed": { severity: "error", remedy: FETCH_AGAIN },
  /** The zeros behind the last entry of a shard are not zeros. */
  "fill-changed": { severity: "error", remedy: FETCH_AGAIN },
  /** `tracks.parquet` cannot be read. */
  "table-unreadable": { severity: "error", remedy: FROM_THE_SOURCE },
  /** `tracks.parquet`, as it was signed, says something that is not so. */
  "table-wrong": { severity: "error", remedy: DO_NOT_TRUST },
  /** The tar, as it was signed, is not what the format asks for. */
  "shard-wrong": { severity: "error", remedy: DO_NOT_TRUST },
  "track-undecodable": { severity: "error", remedy: "tell the publisher: the bytes are as they were signed" },
  "decode-failed": { severity: "error", remedy: "run the check again; `deadwax doctor` tests the decoder" },
  "torrent-missing": { severity: "error", remedy: FROM_THE_SOURCE },
  "torrent-changed": { severity: "error", remedy: FROM_THE_SOURCE },
  /** The torrent is the one that was announced, and stands for other bytes than the bag should have. */
  "torrent-wrong": { severity: "error", remedy: DO_NOT_TRUST },
  "too-many-findings": { severity: "error", remedy: "look at the first ones, then check again" },
} as const satisfies Readonly<Record<string, { readonly severity: Severity; readonly remedy: string }>>;

export type FindingKind = keyof typeof FINDING_KINDS;

export interface TouchedTrack {
  /** 13 characters of Crockford base32. */
  readonly trackId: string;
  readonly title: string | null;
}

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Relative to the folder that holds the bag: `<name>/data/x.tar`, `<name>.torrent`. */
  readonly file: string;
  /** The first byte of the file that can be wrong, where that is known. */
  readonly offsetBytes: number | null;
  /** Number of the first wrong piece of the file (BEP 52 counts pieces in each file from 0), where that is known. */
  readonly piece: number | null;
  readonly detail: string;
  readonly remedy: string;
  /** Tracks whose bytes or description may have suffered; empty when it is none in particular. */
  readonly tracks: readonly TouchedTrack[];
}

export interface FindingPlace {
  readonly offsetBytes?: number | null;
  readonly piece?: number | null;
  readonly tracks?: readonly TouchedTrack[];
}

const MAX_FINDINGS = 2000;
const MAX_DETAIL_LENGTH = 600;

/** Collects what is wrong with a release: bounded, so that a hostile release cannot fill the memory. */
export class Findings {
  readonly list: Finding[] = [];
  private readonly damaged = new Set<string>();
  private errors = 0;

  add(kind: FindingKind, file: string, detail: string, place: FindingPlace = {}): void {
    const { severity, remedy } = FINDING_KINDS[kind];
    if (severity === "error") this.errors += 1;
    for (const { trackId } of place.tracks ?? []) this.damaged.add(trackId);
    if (this.list.length >= MAX_FINDINGS) return;
    const isLast = this.list.length === MAX_FINDINGS - 1;
    const shown = isLast ? FINDING_KINDS["too-many-findings"] : { severity, remedy };
    this.list.push({
      kind: isLast ? "too-many-findings" : kind,
      ...shown,
      file,
      offsetBytes: place.offsetBytes ?? null,
      piece: place.piece ?? null,
      detail: isLast ? "there is more than can be listed" : visible(detail).slice(0, MAX_DETAIL_LENGTH),
      tracks: place.tracks ?? [],
    });
  }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** Tracks that some finding names. */
  get damagedTracks(): number {
    return this.damaged.size;
  }

  isDamaged(trackId: string): boolean {
    return this.damaged.has(trackId);
  }

  /** True when an error names this file. */
  hasErrorIn(file: string): boolean {
    return this.list.some((finding) => finding.file === file && finding.severity === "error");
  }
}

/** Hostile names and titles must not move the cursor of a terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced here
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "�");
}
