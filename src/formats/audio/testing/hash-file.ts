import { createHash } from "node:crypto";
import type { Container } from "../container.ts";
import { createPayloadHasher } from "../payload-hasher.ts";
import type { PayloadProblemKind, PayloadReport } from "../payload-report.ts";

export function hashFile(
  container: Container,
  bytes: Uint8Array,
  chunkBytes: number = bytes.length || 1,
): PayloadReport {
  const hasher = createPayloadHasher(container);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A copy that is overwritten afterwards: what is kept by reference would be noticed.
    const piece = Buffer.from(bytes.subarray(at, at + chunkBytes));
    hasher.push(piece);
    piece.fill(0xee);
  }
  return hasher.finish();
}

export function problemKinds(report: PayloadReport): PayloadProblemKind[] {
  return [...new Set(report.problems.map((problem) => problem.kind))];
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
