/** A peer that would like to be served. */
export interface Chokable {
  setChoked(isChoked: boolean): void;
}

/**
 * Says which peers are served now: at most `slots`, in the order in which they asked. When others wait, those that were served
 * longest make room for them at each `rotate` (BEP 3: not more often than every ten seconds), so that everyone's turn comes.
 */
export class Choker {
  private readonly slots: number;
  /** In the order of their turns: a Set keeps it. */
  private readonly served = new Set<Chokable>();
  private readonly waiting = new Set<Chokable>();

  constructor(slots: number) {
    this.slots = slots;
  }

  want(peer: Chokable): void {
    if (this.served.has(peer)) return;
    this.waiting.add(peer);
    this.fill();
  }

  /** The peer wants nothing more, or is gone. */
  leave(peer: Chokable): void {
    this.waiting.delete(peer);
    if (this.served.delete(peer)) {
      peer.setChoked(true);
      this.fill();
    }
  }

  /** Half the slots, but never more than there are peers waiting, go to others. */
  rotate(): void {
    const turns = Math.min(this.waiting.size, Math.ceil(this.slots / 2));
    const ending = [...this.served].slice(0, Math.max(0, this.served.size + turns - this.slots));
    for (const peer of ending) {
      this.served.delete(peer);
      peer.setChoked(true);
    }
    this.fill();
    for (const peer of ending) this.want(peer);
  }

  private fill(): void {
    for (const peer of this.waiting) {
      if (this.served.size >= this.slots) return;
      this.waiting.delete(peer);
      this.served.add(peer);
      peer.setChoked(false);
    }
  }
}
