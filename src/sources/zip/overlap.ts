const LOCAL_HEADER_BYTES = 30; // APPNOTE 6.3.10, 4.3.7, without name and extra field

/** The part of a file that a member takes at least. */
export interface MemberPlace {
  readonly name: { readonly length: number };
  readonly headerOffsetBytes: number;
  readonly compressedBytes: number;
}

/** True when two members share bytes: a file that inflates to many times what its sizes say is made like that. */
export function overlapsAnother(members: readonly MemberPlace[]): boolean {
  const sorted = [...members].sort((a, b) => a.headerOffsetBytes - b.headerOffsetBytes);
  let endBytes = 0;
  for (const member of sorted) {
    if (member.headerOffsetBytes < endBytes) return true;
    endBytes = member.headerOffsetBytes + LOCAL_HEADER_BYTES + member.name.length + member.compressedBytes;
  }
  return false;
}
