export interface LookAhead {
  /** Items that may be taken from the source and not yet by the caller. */
  readonly maxItems: number;
  /** Their weight together; one item may weigh more than that alone. */
  readonly maxWeight: number;
  /** Items that run at once. */
  readonly atOnce: number;
}

export interface Mapped<Item, Result> {
  readonly item: Item;
  readonly result: Result;
}

/** When the source is at its end, so many rounds are run heaviest first: no long item is then left to run alone. */
const LAST_ROUNDS = 4;

interface Taken<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly result: Promise<Result>;
  readonly begin: () => void;
}

/**
 * Runs `run` on the items, several at once, and gives the results in the order of the items. No more is taken from the
 * source than `lookAhead` allows beyond what the caller has taken. When the caller stops, what is running is left to itself.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  run: (item: Item) => Promise<Result>,
  weightOf: (item: Item) => number,
  lookAhead: LookAhead,
): AsyncGenerator<Mapped<Item, Result>> {
  const source = items[Symbol.asyncIterator]();
  const taken: Taken<Item, Result>[] = [];
  const waiting: Taken<Item, Result>[] = [];
  let weightTaken = 0;
  let running = 0;
  let atEnd = false;

  const beginSome = (): void => {
    while (running < lookAhead.atOnce && waiting.length > 0) {
      const areLast = atEnd && waiting.length <= LAST_ROUNDS * lookAhead.atOnce;
      const [next] = waiting.splice(areLast ? heaviest(waiting) : 0, 1);
      running += 1;
      next?.begin();
    }
  };
  const take = (item: Item): void => {
    let begin = (): void => {};
    const result = new Promise<void>((resolve) => {
      begin = resolve;
    })
      .then(() => run(item))
      .finally(() => {
        running -= 1;
        beginSome();
      });
    // The failure is met when its turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    const entry = { item, weight: weightOf(item), result, begin };
    taken.push(entry);
    waiting.push(entry);
    weightTaken += entry.weight;
  };

  try {
    let next = await source.next();
    for (;;) {
      while (!next.done) {
        const hasRoom =
          taken.length < lookAhead.maxItems && weightTaken + weightOf(next.value) <= lookAhead.maxWeight;
        if (!hasRoom && taken.length > 0) break;
        take(next.value);
        next = await source.next();
      }
      atEnd = next.done === true;
      beginSome();
      const first = taken[0];
      if (!first) return;
      yield { item: first.item, result: await first.result };
      taken.shift();
      weightTaken -= first.weight;
    }
  } finally {
    waiting.length = 0;
    await source.return?.(undefined);
  }
}

function heaviest(entries: readonly { readonly weight: number }[]): number {
  let best = 0;
  for (const [index, { weight }] of entries.entries()) {
    if (weight > (entries[best]?.weight ?? 0)) best = index;
  }
  return best;
}
