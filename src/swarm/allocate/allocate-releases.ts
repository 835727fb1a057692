import { type Archive, UsageError } from "../../core/index.ts";
import { listReleases } from "../../release/index.ts";
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

/** Hands the latest releases of an archive to custodians. A release that a later one follows holds nothing new: it is superseded. */
export async function allocateReleases(
  archive: Archive,
  pledges: readonly Pledge[],
  options: LedgerOptions,
): Promise<AllocatedReleases> {
  const { releases } = await listReleases(archive);
  if (releases.length === 0) {
    throw new UsageError("there is no release to hand out", { hint: "make one: deadwax release create" });
  }
  const followed = new Set(releases.flatMap(({ announcement }) => announcement.previous?.name ?? []));
  const allocated = releases.map(
    ({ name, announcement }): AllocatedRelease => ({
      name,
      sizeBytes: announcement.sizeBytes,
      groups: [],
      isOpen: !followed.has(name),
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
