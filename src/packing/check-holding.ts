import { type IntakeLimits, openSource, SourceError } from "../sources/source-file.ts";
import type { Holding } from "./track-facts.ts";

const ADVICE = "take it in as it is now: deadwax source add audio FOLDER";

/** What has become of a held file since its accession, in words; null when it is still the same. */
export async function changeSinceAccession(holding: Holding, limits: IntakeLimits): Promise<string | null> {
  try {
    const source = await openSource(holding.locator, limits);
    await source.close();
    return differenceFrom(holding, source);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.trouble === "gone" || error.trouble === "member-gone" ? `it is gone; ${ADVICE}` : null;
  }
}

/** The same from what is known of the file that was read. */
export function differenceFrom(
  holding: Pick<Holding, "sizeBytes" | "mtimeNs">,
  found: { readonly sizeBytes: number; readonly mtimeNs: bigint },
): string | null {
  if (found.sizeBytes !== holding.sizeBytes) {
    return `${found.sizeBytes} bytes instead of ${holding.sizeBytes}; ${ADVICE}`;
  }
  return found.mtimeNs === holding.mtimeNs ? null : `modified since then; ${ADVICE}`;
}
