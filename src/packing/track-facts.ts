import type { SourceLocator } from "../sources/source-file.ts";

/** The file of a track that is held, as its accession found it. */
export interface Holding {
  /** `audio:<label>`. */
  readonly source: string;
  readonly accession: string;
  readonly locator: SourceLocator;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  readonly durationMs: number | null;
}

/** What the catalogue says of a track, for its JSON, its index row and the tags of its access copy. */
export interface TrackFacts {
  /** 13 characters. */
  readonly trackId: string;
  readonly title: string;
  /** The artists in one line, as printed. */
  readonly artistCredit: string | null;
  readonly artists: readonly { readonly name: string; readonly role: string }[];
  readonly album: { readonly title: string; readonly artist: string | null } | null;
  readonly discNo: number | null;
  readonly trackNo: number | null;
  readonly releaseDate: string | null;
  readonly datePrecision: string | null;
  readonly language: string | null;
  readonly label: string | null;
  readonly genres: readonly string[];
  /** Valid ones, of the track and of its album. */
  readonly identifiers: readonly {
    readonly entity: string;
    readonly scheme: string;
    readonly value: string;
  }[];
  /** The file's own tags, in their order. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly holding: Holding;
}

/**
 * What the gate says of a track, as the shard will remember it. Nothing here depends on when or where that was found out,
 * so that the same files give the same shards in every archive.
 */
export interface TrackRights {
  readonly gate: "open" | "dark";
  readonly reason: string;
  /** SPDX. */
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly statements: readonly {
    readonly decision: string;
    readonly licence: string | null;
    readonly licenceUri: string | null;
    readonly source: string;
    /** The copyright file, relative to its source; null for tags and declarations. */
    readonly document: string | null;
    readonly basis: string;
    readonly evidenceSha256: string | null;
  }[];
}
