import { throwIfAborted } from "../../core/errors.ts";
import type { FileState } from "../files/regular-file.ts";
import type { ReadItem, ReadOutcome } from "../reader/read-job.ts";
import type { ReaderPool } from "../reader/reader-pool.ts";

/** A file to look at, with what the walk saw of it. */
export interface FileToRead {
  readonly path: Uint8Array;
  readonly state: FileState;
}

/** What came of a file, or of a member of it. */
export interface ReadFile {
  readonly path: Uint8Array;
  readonly member: Uint8Array | null;
  /** What the walk saw, for files that could not be opened. */
  readonly seen: FileState;
  readonly outcome: ReadOutcome;
}

interface Unit extends FileToRead {
  readonly member: Uint8Array | null;
  /** What may have to be inflated. */
  readonly inflateBytes: number;
}

const BATCH_FILES = 32;
/** Members of one batch inflate to no more than this together, unless one alone does. */
const BATCH_INFLATE_BYTES = 67_108_864;

/**
 * Has every file looked at by the pool, members of containers too, `jobs` batches at a time. Outcomes come in no order
 * that means anything. Memory is bounded by the batches under way and the member names of the containers among them.
 */
export async function* readInBatches(options: {
  readonly root: string;
  readonly files: AsyncIterable<FileToRead>;
  readonly pool: ReaderPool;
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
}): AsyncGenerator<ReadFile> {
  const { root, pool, jobs, signal } = options;
  const files = options.files[Symbol.asyncIterator]();
  const members: Unit[] = [];
  const flights = new Map<number, Promise<Landing>>();
  let nextFlight = 0;
  let isDrained = false;

  const launch = (units: readonly Unit[]): void => {
    const flight = nextFlight;
    nextFlight += 1;
    const items = units.map(({ path, member }): ReadItem => ({ root, path, member }));
    const inflateBytes = units.reduce((sum, unit) => sum + unit.inflateBytes, 0);
    const landing = pool.read(items, inflateBytes).then(
      (outcomes): Landing => ({ flight, units, outcomes }),
      (error: unknown): Landing => ({ flight, units, outcomes: [], error }),
    );
    flights.set(flight, landing);
  };

  /** Members first: they hold memory, and their container's directory is still at hand in a child. */
  const nextUnits = async (): Promise<readonly Unit[]> => {
    if (members.length > 0) return takeMembers(members);
    const units: Unit[] = [];
    while (units.length < BATCH_FILES && !isDrained) {
      const next = await files.next();
      if (next.done === true) isDrained = true;
      else units.push({ ...next.value, member: null, inflateBytes: 0 });
    }
    return units;
  };

  try {
    for (;;) {
      throwIfAborted(signal);
      while (flights.size < jobs) {
        const units = await nextUnits();
        if (units.length === 0) break;
        launch(units);
      }
      if (flights.size === 0) return;
      const landing = await Promise.race(flights.values());
      flights.delete(landing.flight);
      if ("error" in landing) throw landing.error;
      for (const [index, unit] of landing.units.entries()) {
        const outcome = landing.outcomes[index];
        if (!outcome) continue;
        const { path, member, state } = unit;
        yield { path, member, seen: state, outcome };
        if (outcome.kind === "container") members.push(...memberUnits(unit, outcome));
      }
    }
  } finally {
    await files.return?.();
  }
}

interface Landing {
  readonly flight: number;
  readonly units: readonly Unit[];
  readonly outcomes: readonly ReadOutcome[];
  readonly error?: unknown;
}

function memberUnits(container: Unit, { members }: Extract<ReadOutcome, { kind: "container" }>): Unit[] {
  return members.map(({ name, sizeBytes }) => ({
    path: container.path,
    state: container.state,
    member: name,
    inflateBytes: sizeBytes,
  }));
}

function takeMembers(members: Unit[]): readonly Unit[] {
  const first = members[0];
  let count = 0;
  let bytes = 0;
  for (const { path, inflateBytes } of members.slice(0, BATCH_FILES)) {
    if (count > 0 && (bytes + inflateBytes > BATCH_INFLATE_BYTES || path !== first?.path)) break;
    count += 1;
    bytes += inflateBytes;
  }
  return members.splice(0, count);
}
