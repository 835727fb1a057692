import { currentSnapshot, type Recordings, type Snapshot } from "../catalogue/index.ts";
import type { Archive } from "../core/index.ts";
import type { Accession } from "../sources/index.ts";
import { type HeldDeclaration, readDeclarations } from "./declaration.ts";
import { dealAccessions, dealPeriods } from "./rights-deals.ts";
import { dayOfDate, rightsId, type ValidDays, validDays } from "./rights-id.ts";
import { decidingSound } from "./same-sound.ts";

/** All that the rights follow from, and the id that they have for it. */
export interface RightsFacts {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly declarations: readonly HeldDeclaration[];
  /** The accessions whose deals count. */
  readonly dealsFrom: readonly Accession[];
  readonly day: string;
  readonly days: ValidDays;
  /** What sounds the same, when the policy goes by it. */
  readonly sound: Recordings | null;
}

/** The facts as they are now. Throws as `readDeclarations`, `currentSnapshot` and `decidingSound` do. */
export async function readRightsFacts(archive: Archive, now: Date): Promise<RightsFacts> {
  const snapshot = await currentSnapshot(archive);
  const declarations = await readDeclarations(archive);
  const dealsFrom = await dealAccessions(archive, snapshot);
  const day = dayOfDate(now);
  const periods = [...declarations.map(({ declaration }) => declaration), ...(await dealPeriods(dealsFrom))];
  const days = validDays(periods, day);
  const sound = await decidingSound(archive);
  const id = rightsId(archive, snapshot.id, declarations, days, sound?.id ?? null);
  return { id, snapshot, declarations, dealsFrom, day, days, sound };
}
