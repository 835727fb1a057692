import type { IndexedDocument } from "../../formats/text-index/index.ts";
import { matchDocuments } from "./match-documents.ts";
import { exactSlots, parseQuestion, prefixSlots, type Slot, typoSlots } from "./slots.ts";
import type { TextIndex } from "./text-index.ts";

/** How what was found agrees with what was asked, best first. */
export const MATCHES = ["exact", "prefix", "typo"] as const;
export type Match = (typeof MATCHES)[number];

export interface TextHit extends IndexedDocument {
  readonly match: Match;
  /** The place of the track by popularity among all that the index holds, from 0. */
  readonly rank: number;
}

/**
 * The first `limit` documents with every word of `text`, those as written before those whose last word goes on, before
 * those with one typo in one word; in each group by popularity. Typos are looked for when there is nothing else, or only one
 * word. `isLive` leaves out what is no longer there.
 */
export function searchIndex(
  index: TextIndex,
  text: string,
  limit: number,
  isLive: (document: IndexedDocument) => boolean = () => true,
): TextHit[] {
  const question = parseQuestion(text);
  const hits = new Map<number, TextHit>();
  const take = (match: Match, ranks: Iterable<number>): void => {
    for (const rank of ranks) {
      if (hits.size >= limit) return;
      if (hits.has(rank)) continue;
      const document = index.document(rank);
      if (isLive(document)) hits.set(rank, { ...document, match, rank });
    }
  };
  if (question.words.length === 0) return [];
  take("exact", matchDocuments(index, exactSlots(index, question)));
  if (question.isLastUnfinished && hits.size < limit) {
    take("prefix", matchDocuments(index, prefixSlots(index, question)));
  }
  // Several words that stand together somewhere are not mistyped.
  const isAnswered = hits.size > 0 && question.words.length > 1;
  if (hits.size < limit && !isAnswered) take("typo", bestOf(index, [...typoSlots(index, question)], limit));
  return [...hits.values()];
}

/** The first documents of several questions together, by rank. */
function bestOf(index: TextIndex, questions: readonly (readonly Slot[])[], limit: number): number[] {
  const ranks = new Set<number>();
  for (const slots of questions) {
    let taken = 0;
    for (const rank of matchDocuments(index, slots)) {
      ranks.add(rank);
      taken += 1;
      // Some of them may be among the hits already, or not be live.
      if (taken === 3 * limit) break;
    }
  }
  return [...ranks].sort((a, b) => a - b);
}
