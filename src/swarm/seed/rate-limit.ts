interface Waiter {
  readonly bytes: number;
  readonly go: () => void;
}

/** Most that may go out at once after a pause, in seconds of the rate. */
const BURST_SECONDS = 0.25;

/**
 * Lets so many bytes a second through, in the order in which they were asked for: with one request in flight from each peer
 * that is a turn for each. Without a rate everything goes through at once.
 */
export class RateLimit {
  private readonly bytesPerSecond: number | null;
  private readonly now: () => number;
  private budget = 0;
  private filledAtMs: number;
  private readonly queue: Waiter[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** `now` gives milliseconds that never go back. */
  constructor(bytesPerSecond: number | null, now: () => number = () => performance.now()) {
    this.bytesPerSecond = bytesPerSecond;
    this.now = now;
    this.filledAtMs = now();
  }

  take(bytes: number): Promise<void> | undefined {
    if (this.bytesPerSecond === null) return undefined;
    return new Promise((go) => {
      this.queue.push({ bytes, go });
      this.serve();
    });
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    for (const { go } of this.queue.splice(0)) go();
  }

  private serve(): void {
    if (this.bytesPerSecond === null || this.timer !== null) return;
    this.fill(this.bytesPerSecond);
    // The budget may go below zero: a block that is larger than the burst must pass some time.
    while (this.queue.length > 0 && this.budget > 0) {
      const next = this.queue.shift();
      this.budget -= next?.bytes ?? 0;
      next?.go();
    }
    if (this.queue.length === 0) return;
    const waitMs = Math.max(1, Math.ceil((-this.budget / this.bytesPerSecond) * 1000) + 1);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.serve();
    }, waitMs);
  }

  private fill(bytesPerSecond: number): void {
    const now = this.now();
    const earned = ((now - this.filledAtMs) / 1000) * bytesPerSecond;
    this.filledAtMs = now;
    this.budget = Math.min(this.budget + earned, bytesPerSecond * BURST_SECONDS);
  }
}
