/** Two decimals: finer than any meter reads. */
export function measure(value: number | null): number | null {
  return value === null ? null : rounded(value, 2);
}

export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // Adding zero turns -0 into 0.
  return Math.round(value * scale) / scale + 0;
}
