import { createHash } from "node:crypto";

/** What makes a snapshot another one than a full build of the same accessions. */
export interface SnapshotOrigin {
  /** The snapshot that an incremental build goes on from, or that a compaction folds. */
  readonly parent: string;
  readonly kind: "incremental" | "compact";
}

/** `s-` and 48 bits of SHA-256 over the builder, the ids of all accessions and, where there is one, the origin. */
export function snapshotId(
  builder: string,
  accessions: readonly { readonly id: string }[],
  origin?: SnapshotOrigin,
): string {
  const ids = accessions.map(({ id }) => id).sort();
  const lines = [builder, ...ids, ...(origin ? [`${origin.kind} ${origin.parent}`] : [])];
  return `s-${createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 12)}`;
}
