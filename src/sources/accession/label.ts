import { basename } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Accession } from "./accession.ts";

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/;
const MAX_LABEL_LENGTH = 48;

/**
 * The label of the source at `root`: the one it has had so far, else the one asked for, else the folder's `name` made
 * safe. Two roots never share a label: a second `music` becomes `music-2`. Throws `UsageError`.
 */
export function labelFor(
  accessions: readonly { readonly source: Accession["source"] }[],
  kind: "audio" | "plays",
  root: string,
  wanted: string | undefined,
  name: string = basename(root),
): string {
  const ofKind = accessions.filter(({ source }) => source.kind === kind);
  const known = ofKind.find(({ source }) => source.root === root)?.source.label;
  if (wanted !== undefined) checkLabel(wanted);
  if (known !== undefined) {
    if (wanted === undefined || wanted === known) return known;
    throw new UsageError(`"${root}" is in this archive as "${known}" already`, {
      hint: "leave the label out: a source keeps the one that it had first",
    });
  }
  const taken = new Map(ofKind.map(({ source }) => [source.label, source.root]));
  if (wanted !== undefined) {
    const owner = taken.get(wanted);
    if (owner === undefined) return wanted;
    throw new UsageError(`the label "${wanted}" belongs to "${owner}"`, { hint: "choose another one" });
  }
  const base = safeLabel(name);
  for (let number = 2, label = base; ; number += 1) {
    if (!taken.has(label)) return label;
    label = `${base.slice(0, MAX_LABEL_LENGTH - 8)}-${number}`;
  }
}

/** Throws `UsageError` for what cannot be a label. */
export function checkLabel(label: string): void {
  if (LABEL.test(label)) return;
  throw new UsageError(`"${label}" cannot be a label`, {
    hint: "a label is 1 to 48 letters, digits, dots, dashes and underscores, and starts with a letter or digit",
  });
}

/** `Música (2024)` → `Musica-2024`; what has no such letters becomes `folder`. */
export function safeLabel(name: string): string {
  const label = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .slice(0, MAX_LABEL_LENGTH)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  return label === "" ? "folder" : label;
}
