export interface LookAhead {
  /** Items that may be started and not yet taken. */
  readonly maxItems: number;
  /** Their weight together; one item may weigh more than that alone. */
  readonly maxWeight: number;
}

export interface Mapped<Item, Result> {
  readonly item: Item;
  readonly result: Result;
}

/**
 * Runs `run` on the items, several at once, and gives the results in the order of the items. No more is started than
 * `lookAhead` allows beyond what the caller has taken. When the caller stops, what is running is left to itself.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  run: (item: Item) => Promise<Result>,
  weightOf: (item: Item) => number,
  lookAhead: LookAhead,
): AsyncGenerator<Mapped<Item, Result>> {
  const source = items[Symbol.asyncIterator]();
  const started: { readonly item: Item; readonly weight: number; readonly result: Promise<Result> }[] = [];
  let weightStarted = 0;
  try {
    let next = await source.next();
    for (;;) {
      while (!next.done) {
        const item = next.value;
        const weight = weightOf(item);
        const hasRoom = started.length < lookAhead.maxItems && weightStarted + weight <= lookAhead.maxWeight;
        if (!hasRoom && started.length > 0) break;
        const result = run(item);
        // The failure is met when its turn comes; until then it must not count as unhandled.
        result.catch(() => {});
        started.push({ item, weight, result });
        weightStarted += weight;
        next = await source.next();
      }
      const first = started[0];
      if (!first) return;
      yield { item: first.item, result: await first.result };
      started.shift();
      weightStarted -= first.weight;
    }
  } finally {
    await source.return?.(undefined);
  }
}
