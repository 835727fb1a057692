/** Why the gate is open or shut for a track, in words for people. The set is closed: `docs/formats/rights.md`. */
export const RIGHTS_REASONS = {
  "granted-by-declaration": "a declaration gives the right",
  "granted-by-deal": "a deal with the archive gives the right",
  "granted-by-tag": "the licence in the file's tags gives the right",
  "granted-by-stanza": "the stanza of the copyright file that applies to the file gives the right",
  "granted-by-package": "the copyright file of the package gives the right",
  "denied-by-declaration": "a declaration forbids it",
  "denied-by-deal": "who delivered the recording has taken it down",
  "denied-by-tag": "the file's tags reserve all rights",
  "deal-gives-no-right": "there are deals for the recording, and none of them lets the archive give it out",
  "unreadable-tag": "the licence in the file's tags is not understood",
  "unreadable-document":
    "the copyright file does not say under which licence the file is, or not in a way that is understood",
  "ambiguous-package":
    "several packages' copyright files speak for the folder, and nothing says which of them owns the file",
  "terms-unknown": "the terms of the licence are not known",
  "forbidden-by-licence": "the licence does not allow giving copies to the public",
  "status-is-no-licence": "a rights statement describes a status; it is no licence",
  "same-sound-conflict":
    "a track that sounds the same stands under another licence or is held back, and nobody has declared which is right",
  "recording-not-covered": "nothing gives the right in the recording",
  "composition-not-covered": "nothing gives the right in the composition",
  "other-territory": "the right is for other territories than the one released for",
  "not-yet-valid": "the right has not begun",
  expired: "the right has ended",
  "no-statement": "nobody has said what may be done with this track",
  "unknown-track": "the catalogue does not have this track",
} as const;

export type RightsReason = keyof typeof RIGHTS_REASONS;

export function isRightsReason(text: string): text is RightsReason {
  return Object.hasOwn(RIGHTS_REASONS, text);
}
