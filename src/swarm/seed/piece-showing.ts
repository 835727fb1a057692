/** A peer that is told of pieces one by one. */
export interface ShownPeer {
  /** We have these now, as far as the peer knows. */
  offer(pieces: readonly number[]): void;
}

/** Which pieces of a torrent which peer is told of: not all, because of super-seeding, or because they are not here yet. */
export interface PieceShowing {
  /** Peers that come now are told at once that we have everything. */
  readonly isOver: boolean;
  join(peer: ShownPeer): void;
  /** The peer has these pieces. */
  has(peer: ShownPeer, pieces: readonly number[]): void;
  leave(peer: ShownPeer): void;
  /** Whether the peer was told that we have it. */
  isOffered(peer: ShownPeer, piece: number): boolean;
}
