import { join } from "node:path";

/** Where everything stands in an archive: the one place that knows. */
export interface ArchiveLayout {
  readonly root: string;
  readonly configFile: string;
  readonly lockFile: string;
  readonly keyFile: string;
  readonly keys: string;
  readonly sources: string;
  readonly catalogue: string;
  readonly rights: string;
  /** Which tracks are one recording by their sound. */
  readonly recordings: string;
  readonly plans: string;
  readonly shards: string;
  readonly releases: string;
  readonly events: string;
  readonly reports: string;
  /** Scratch of a running command: spool files; may be deleted at any time when nothing runs. */
  readonly scratch: string;
}

export function archiveLayout(root: string): ArchiveLayout {
  return {
    root,
    configFile: join(root, "deadwax.json"),
    lockFile: join(root, ".lock"),
    keyFile: join(root, "keys", "signing-key.pem"),
    keys: join(root, "keys"),
    sources: join(root, "sources"),
    catalogue: join(root, "catalogue"),
    rights: join(root, "rights"),
    recordings: join(root, "recordings"),
    plans: join(root, "plans"),
    shards: join(root, "shards"),
    releases: join(root, "releases"),
    events: join(root, "events"),
    reports: join(root, "reports"),
    scratch: join(root, ".scratch"),
  };
}

/** Folders that `init` makes. */
export function archiveFolders(layout: ArchiveLayout): readonly string[] {
  const { sources, catalogue, rights, plans, shards, releases, events, reports } = layout;
  return [sources, catalogue, rights, plans, shards, releases, events, reports];
}
