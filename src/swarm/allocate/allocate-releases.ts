import { type Archive, UsageError } from "../../core/index.ts";
import { isHandedOut, listReleases, readStandings } from "../../release/index.ts";
import { allocateByLedger, type LedgerOptions } from "./allocate-by-ledger.ts";
import type { AllocatedRelease, Assignment, Pledge } from "./pledge.ts";

/** The archive seeds what it releases. */
const OWN_COPY = 1;

export interface AllocatedReleases {
  readonly assignments: readonly Assignment[];
  /** Expected copies of each release: the archive's own and the uptimes of all who should have it. */
  readonly copies: readonly {
    readonly release: string;
    readonly sizeBytes: number;
    readonly expectedCopies: number;
  }[];
}

/** Hands the releases of an archive that are given out to custodians: none that is embargoed, superseded, revoked or unclear. */
export async function allocateReleases(
  archive: Archive,
  pledges: readonly Pledge[],
  options: LedgerOptions,
): Promise<AllocatedReleases> {
  const { releases } = await listReleases(archive);
  if (releases.length === 0) {
    throw new UsageError("there is no release to hand out", { hint: "make one: deadwax release create" });
  }
  const standings = await readStandings(archive.layout.releases, releases, new Date());
  const allocated = releases.map(
    ({ name, announcement }): AllocatedRelease => ({
      name,
      sizeBytes: announcement.sizeBytes,
      groups: [archive.config.policy.release.group],
      isOpen: isHandedOut(standings.get(name)?.state ?? "unknown"),
      otherCopies: OWN_COPY,
      popularity: 0,
    }),
  );
  const assignments = allocateByLedger(allocated, pledges, options);
  const uptimes = new Map(pledges.map(({ custodian, uptime }) => [custodian, uptime]));
  const copies = allocated
    .filter(({ isOpen }) => isOpen)
    .map(({ name, sizeBytes }) => {
      const who = assignments.filter(({ keep, fetch }) => keep.includes(name) || fetch.includes(name));
      const promised = who.reduce((sum, { custodian }) => sum + (uptimes.get(custodian) ?? 0), 0);
      return { release: name, sizeBytes, expectedCopies: OWN_COPY + promised };
    });
  return { assignments, copies };
}
