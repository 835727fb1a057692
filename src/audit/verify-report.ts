import type { Finding } from "./finding.ts";

/** What a check of a release found. */
export interface VerifyReport {
  /** True when nothing is wrong; warnings and notes do not count. */
  readonly ok: boolean;
  readonly release: {
    readonly name: string;
    readonly folder: string;
    /** Who signed it, and when, and what; null when no signed document holds. */
    readonly signer: string | null;
    readonly created: string | null;
    readonly sha256: string | null;
    readonly previous: string | null;
  };
  readonly findings: readonly Finding[];
  readonly checked: {
    readonly files: number;
    readonly bytes: number;
    /** Tracks whose stored bytes were compared with the track table. */
    readonly tracks: number;
    readonly decoded: number;
    readonly torrents: number;
  };
  /** How many tracks the release should hold, and how many of them a finding names. */
  readonly tracks: { readonly released: number | null; readonly damaged: number };
}
