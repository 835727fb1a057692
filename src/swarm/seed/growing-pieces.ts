import type { PieceShowing, ShownPeer } from "./piece-showing.ts";

/** A torrent that is still being fetched: peers are told of each piece when it is here. */
export class GrowingPieces implements PieceShowing {
  private readonly peers = new Set<ShownPeer>();
  private readonly pieces = new Set<number>();
  private bytesLeft: number;

  constructor(leftBytes: number) {
    this.bytesLeft = leftBytes;
  }

  /** Never: who comes when it is whole finds the whole torrent in its place. */
  get isOver(): boolean {
    return false;
  }

  get leftBytes(): number {
    return this.bytesLeft;
  }

  /** The piece is here, and synced. */
  add(piece: number, lengthBytes: number): void {
    if (this.pieces.has(piece)) return;
    this.pieces.add(piece);
    this.bytesLeft = Math.max(0, this.bytesLeft - lengthBytes);
    for (const peer of this.peers) peer.offer([piece]);
  }

  join(peer: ShownPeer): void {
    this.peers.add(peer);
    if (this.pieces.size > 0) peer.offer([...this.pieces]);
  }

  has(): void {}

  leave(peer: ShownPeer): void {
    this.peers.delete(peer);
  }

  isOffered(_peer: ShownPeer, piece: number): boolean {
    return this.pieces.has(piece);
  }
}
