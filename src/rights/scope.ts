import { foldText } from "../catalogue/index.ts";
import { UsageError } from "../core/index.ts";
import { parseTrackId, trackIdFromBigInt } from "../formats/identifiers/index.ts";
import type { Scope } from "./statement.ts";

const MAX_VALUE_CHARS = 4096;
const HINT =
  "write track:<id>, album:<title or id>, artist:<name>, path:<folder or file in the source>, source:<label> or archive";

/**
 * Reads the scope of a declaration: `track:<id>`, `album:<title or id>`, `artist:<name>`, `path:<prefix>`,
 * `source:<label>` or `archive`. Throws `UsageError` with a hint for anything else.
 */
export function parseScope(text: string): Scope {
  const trimmed = text.trim();
  if (trimmed === "archive") return { kind: "archive", value: "" };
  const [, kind = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(trimmed) ?? [];
  const value = rest.trim();
  if (value === "" || value.length > MAX_VALUE_CHARS || value.includes("\0")) throw unknownScope(text);
  switch (kind) {
    case "track": {
      const id = parseTrackId(value);
      if (!id.ok) throw new UsageError(`"${value}" is not a track id: ${id.reason}`, { hint: HINT });
      return { kind, value: id.value };
    }
    case "path": {
      const path = value.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
      if (path === "" || path === "." || path.split("/").includes("..")) throw unknownScope(text);
      return { kind, value: path };
    }
    case "source":
      return { kind, value: value.replace(/^audio:/, "") };
    case "album":
    case "artist":
      return { kind, value };
    default:
      throw unknownScope(text);
  }
}

export function formatScope({ kind, value }: Scope): string {
  return kind === "archive" ? kind : `${kind}:${value}`;
}

/** What a scope is compared with. */
export interface ScopedTrack {
  readonly trackId: bigint;
  readonly albumId: bigint | null;
  /** Folded. */
  readonly albumTitle: string | null;
  /** Folded names of the main artists. */
  readonly mainArtists: readonly string[];
  /** Folded names of everybody who is credited, the album's artist too. */
  readonly allArtists: readonly string[];
  readonly source: string;
  readonly root: string;
  /** Relative to the root; for a member of a container `<container>/<member>`. */
  readonly fullPath: string;
}

/**
 * A test of whether tracks are in the scope. A denial reaches further than a grant: what one of several artists grants is
 * not theirs alone to grant, what one of them forbids is forbidden.
 */
export function scopeTest(scope: Scope, decision: "grant" | "deny"): (track: ScopedTrack) => boolean {
  const { kind, value } = scope;
  switch (kind) {
    case "archive":
      return () => true;
    case "source":
      return (track) => track.source === `audio:${value}`;
    case "track":
      return (track) => trackIdFromBigInt(track.trackId) === value;
    case "path":
      return (track) => isPathOrBelow(track.fullPath, value) || isAbsolutePathOrBelow(track, value);
    case "album": {
      const title = foldText(value);
      const id = parseTrackId(value);
      return (track) =>
        track.albumTitle === title ||
        (id.ok && track.albumId !== null && trackIdFromBigInt(track.albumId) === id.value);
    }
    case "artist": {
      const name = foldText(value);
      return decision === "deny"
        ? (track) => track.allArtists.includes(name)
        : (track) => track.mainArtists.length > 0 && track.mainArtists.every((artist) => artist === name);
    }
  }
}

function isPathOrBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function isAbsolutePathOrBelow({ root, fullPath }: ScopedTrack, prefix: string): boolean {
  return prefix.startsWith("/") && isPathOrBelow(`${root.replace(/\/+$/, "")}/${fullPath}`, prefix);
}

function unknownScope(text: string): UsageError {
  return new UsageError(`"${text}" is not a scope of a declaration`, { hint: HINT });
}
