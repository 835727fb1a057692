/** The time, passed in so that tests can hold it still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** `2026-11-23T10:15:30Z`: UTC, whole seconds. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `20261123T101530Z`: UTC for names. */
export function compactSeconds(date: Date): string {
  return isoSeconds(date).replace(/[-:]/g, "");
}
