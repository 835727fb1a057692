import { throwIfAborted } from "../core/index.ts";
import { GATE_SIDES, type GateSide } from "../selection/index.ts";
import { mapInOrder } from "./map-in-order.ts";
import type { ResumableShard } from "./open-partial.ts";
import { type PackedSide, type PackRun, processTrack, SidePacker } from "./pack-side.ts";
import type { PackWork, PlannedTrack } from "./pack-work.ts";

/** Tracks and bytes that may be spooled ahead of the one that is being appended. */
const LOOK_AHEAD = { maxItems: 48, maxWeight: 2 ** 30 } as const;

/**
 * Packs the tracks of both sides of the gate, each in its order, into shards: first one side, then the other, of which the
 * first tracks are read while the last ones of the side before are appended. What a stopped run leaves can be gone on with.
 */
export async function packSides(
  run: PackRun,
  work: Pick<PackWork, GateSide>,
  resumable: ReadonlyMap<GateSide, ResumableShard>,
): Promise<readonly PackedSide[]> {
  const sides = GATE_SIDES.map((gate) => ({ gate, packer: new SidePacker(run, gate) }));
  const remaining: PlannedTrack[] = [];
  try {
    for (const { gate, packer } of sides) {
      remaining.push(...(await packer.begin(work[gate], resumable.get(gate) ?? null)));
    }
    const outcomes = mapInOrder(
      run.tasks(remaining),
      (task) => processTrack(run, task, 1),
      ({ planned }) => planned.sourceBytes,
      // One more than there are children: it waits in the pool, so that no child waits for this process.
      { ...LOOK_AHEAD, atOnce: run.workers + 1 },
    );
    const waiting = [...sides];
    for await (const { item: task, result } of outcomes) {
      throwIfAborted(run.signal);
      while (waiting[0] && waiting[0].gate !== task.planned.gate) await waiting.shift()?.packer.end();
      await waiting[0]?.packer.add(task, result);
    }
    throwIfAborted(run.signal);
    for (const { packer } of waiting) await packer.end();
    return sides.map(({ packer }) => packer.result());
  } finally {
    for (const { packer } of sides) await packer.close();
  }
}
