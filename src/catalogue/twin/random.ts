/** Random numbers that are the same everywhere: a 32-bit counter through two rounds of multiply and shift. */
export interface Random {
  /** A whole number below 2^32. */
  next(): number;
  /** In [0, 1). */
  uniform(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

/** One stream of numbers for each purpose, so that a change of one does not move the others. */
export function randomStream(seed: number, purpose: string): Random {
  let state = seed >>> 0;
  for (const character of purpose) state = scramble(state ^ (character.codePointAt(0) ?? 0));
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return scramble(state);
  };
  const uniform = (): number => next() / 2 ** 32;
  return {
    next,
    uniform,
    below: (count) => Math.floor(uniform() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Puts a list in random order, in place. */
export function shuffle<T>(list: T[], random: Random): T[] {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const [a, b] = [list[last], list[other]];
    if (a === undefined || b === undefined) continue;
    list[last] = b;
    list[other] = a;
  }
  return list;
}

function scramble(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
