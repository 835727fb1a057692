import type { PieceShowing, ShownPeer } from "./piece-showing.ts";

interface Known {
  readonly has: Set<number>;
  readonly offered: Set<number>;
  /** Of what it was offered, what it has not got; and what nobody else is known to have. */
  readonly pending: Set<number>;
  readonly unspread: Set<number>;
  movedMs: number;
  /** It fetches nothing: it is offered nothing until it does. */
  isStalled: boolean;
}

/** Pieces that a peer may have to itself, and how long it waits for others to take them from it. */
const UNSPREAD = 2;
const PATIENCE_MS = 30_000;

/**
 * Super-seeding of one torrent (BEP 16): each peer is offered pieces that nobody else has, two at a time, and hears of the next
 * when one of them is seen at another peer. When every piece is with somebody, all is offered to all, as ever.
 */
export class SuperSeeding implements PieceShowing {
  private readonly pieceCount: number;
  private readonly now: () => number;
  private readonly peers = new Map<ShownPeer, Known>();
  /** How many peers have a piece, and how many were offered it and have not got it. */
  private readonly holders: Uint32Array;
  private readonly pending: Uint32Array;
  private missing: number;
  private cursor = 0;
  private hasEnded: boolean = false;

  constructor(pieceCount: number, now: () => number = () => performance.now()) {
    this.pieceCount = pieceCount;
    this.now = now;
    this.holders = new Uint32Array(pieceCount);
    this.pending = new Uint32Array(pieceCount);
    this.missing = pieceCount;
  }

  /** Whether every piece has been with somebody: peers that come now are told at once that we have everything. */
  get isOver(): boolean {
    return this.hasEnded;
  }

  join(peer: ShownPeer): void {
    const sets = { has: new Set<number>(), offered: new Set<number>() };
    const open = { pending: new Set<number>(), unspread: new Set<number>() };
    this.peers.set(peer, { ...sets, ...open, movedMs: this.now(), isStalled: false });
    this.refill(peer);
  }

  /** The peer has these pieces. */
  has(peer: ShownPeer, pieces: readonly number[]): void {
    const known = this.peers.get(peer);
    if (known === undefined || this.hasEnded) return;
    for (const piece of pieces) this.hold(known, piece);
    if (this.missing === 0) this.end();
    else for (const one of this.peers.keys()) this.refill(one);
  }

  leave(peer: ShownPeer): void {
    const known = this.peers.get(peer);
    if (known === undefined) return;
    this.peers.delete(peer);
    if (this.hasEnded) return;
    for (const piece of known.pending) this.changePending(piece, -1);
    for (const piece of known.has) {
      const left = (this.holders[piece] ?? 1) - 1;
      this.holders[piece] = left;
      if (left === 0) this.missing += 1;
    }
    this.cursor = 0;
    for (const one of this.peers.keys()) this.refill(one);
  }

  /** Whether the peer was told that we have it. */
  isOffered(peer: ShownPeer, piece: number): boolean {
    return this.hasEnded || (this.peers.get(peer)?.offered.has(piece) ?? false);
  }

  /** Peers that nobody takes anything from, and pieces that somebody does not fetch, are not waited for without end. */
  tick(): void {
    if (this.hasEnded) return;
    const late = this.now() - PATIENCE_MS;
    for (const [peer, known] of this.peers) {
      if (known.movedMs > late || known.unspread.size === 0) continue;
      for (const piece of known.pending) this.changePending(piece, -1);
      known.isStalled = known.pending.size > 0;
      known.pending.clear();
      known.unspread.clear();
      this.cursor = 0;
      this.refill(peer);
    }
  }

  private hold(known: Known, piece: number): void {
    if (known.has.has(piece)) return;
    known.has.add(piece);
    if (known.pending.delete(piece)) this.changePending(piece, -1);
    known.movedMs = this.now();
    known.isStalled = false;
    const holders = (this.holders[piece] ?? 0) + 1;
    this.holders[piece] = holders;
    if (holders === 1) this.missing -= 1;
    const isAlone = this.peers.size === 1;
    for (const other of this.peers.values()) {
      const isSpread = other === known ? holders > 1 || isAlone : true;
      if (isSpread && other.unspread.delete(piece)) other.movedMs = this.now();
    }
  }

  private refill(peer: ShownPeer): void {
    const known = this.peers.get(peer);
    if (known === undefined || known.isStalled || this.hasEnded) return;
    const fresh: number[] = [];
    while (known.unspread.size < UNSPREAD) {
      const piece = this.nextFree(known);
      if (piece === null) break;
      known.offered.add(piece);
      known.pending.add(piece);
      known.unspread.add(piece);
      this.changePending(piece, 1);
      fresh.push(piece);
    }
    if (fresh.length > 0) peer.offer(fresh);
  }

  /** The next piece that nobody has and nobody fetches. */
  private nextFree(known: Known): number | null {
    for (let piece = this.cursor; piece < this.pieceCount; piece += 1) {
      if (this.holders[piece] !== 0 || this.pending[piece] !== 0) {
        if (piece === this.cursor) this.cursor += 1;
        continue;
      }
      if (!known.offered.has(piece)) return piece;
    }
    return null;
  }

  private changePending(piece: number, by: number): void {
    this.pending[piece] = (this.pending[piece] ?? 0) + by;
  }

  private end(): void {
    this.hasEnded = true;
    for (const [peer, { offered }] of this.peers) {
      const rest: number[] = [];
      for (let piece = 0; piece < this.pieceCount; piece += 1) if (!offered.has(piece)) rest.push(piece);
      peer.offer(rest);
    }
  }
}
