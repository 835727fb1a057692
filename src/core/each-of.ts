/** Of hundreds of small tasks that wait for the disk. */
const AT_A_TIME = 16;

/** Does something for each item, several at a time. Rejects with the first that fails, when those beside it have ended. */
export async function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    const some = items.slice(start, start + AT_A_TIME);
    const ended = await Promise.allSettled(some.map((item, at) => work(item, start + at)));
    const failed = ended.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
