import { parseBagInfo } from "../formats/bagit/bag-info.ts";
import { parseBagDeclaration } from "../formats/bagit/declaration.ts";
import { parseManifest } from "../formats/bagit/manifest.ts";
import {
  BAG_INFO_FILE,
  DECLARATION_FILE,
  PAYLOAD_FOLDER,
  PAYLOAD_MANIFEST,
  TAG_MANIFEST,
} from "../release/index.ts";
import type { Expectations } from "./expectations.ts";
import type { Findings } from "./finding.ts";

/**
 * Checks that what stands in the tag files of a bag is so (RFC 8493, section 2): the declaration, the Payload-Oxum, and both
 * manifests against what is expected of the files. `bytes` holds the tag files that could be read.
 */
export function checkTagFiles(
  bagName: string,
  bytes: ReadonlyMap<string, Buffer>,
  expected: Expectations,
  payload: { readonly sizeBytes: number; readonly fileCount: number },
  findings: Findings,
): void {
  const wrong = (path: string, detail: string) => {
    // The same byte is not reported twice.
    if (!findings.hasErrorIn(`${bagName}/${path}`))
      findings.add("manifest-wrong", `${bagName}/${path}`, detail);
  };
  const declaration = bytes.get(DECLARATION_FILE);
  const declared = declaration && parseBagDeclaration(declaration);
  if (declared && !declared.ok) wrong(DECLARATION_FILE, `this is no BagIt 1.0 bag: ${declared.reason}`);
  const info = bytes.get(BAG_INFO_FILE);
  const parsedInfo = info && parseBagInfo(info);
  if (parsedInfo && !parsedInfo.ok) wrong(BAG_INFO_FILE, parsedInfo.reason);
  const oxum = parsedInfo?.ok ? parsedInfo.payloadOxum : null;
  if (oxum && (oxum.sizeBytes !== payload.sizeBytes || oxum.fileCount !== payload.fileCount)) {
    const said = `${oxum.sizeBytes} bytes in ${oxum.fileCount} files`;
    wrong(
      BAG_INFO_FILE,
      `Payload-Oxum says ${said}, and there are ${payload.sizeBytes} in ${payload.fileCount}`,
    );
  }
  for (const [path, kind] of [
    [PAYLOAD_MANIFEST, "payload"],
    [TAG_MANIFEST, "tag"],
  ] as const) {
    const content = bytes.get(path);
    if (!content) continue;
    const parsed = parseManifest(content, { kind, algorithm: "sha256" });
    if (!parsed.ok) {
      wrong(path, `line ${parsed.line}: ${parsed.reason}`);
      continue;
    }
    const difference = manifestDifference(parsed.manifest.hashes, expected, kind);
    if (difference !== null) wrong(path, difference);
  }
}

function manifestDifference(
  hashes: ReadonlyMap<string, string>,
  expected: Expectations,
  kind: "payload" | "tag",
): string | null {
  for (const [path, sha256] of hashes) {
    const file = expected.get(path);
    if (!file) return `it lists "${path}", which is no file of the release`;
    if (file.sha256 !== "" && file.sha256 !== sha256)
      return `it gives "${path}" another digest than the release does`;
  }
  for (const path of expected.keys()) {
    const isPayload = path.startsWith(`${PAYLOAD_FOLDER}/`);
    if (isPayload === (kind === "payload") && path !== TAG_MANIFEST && !hashes.has(path))
      return `it does not list "${path}"`;
  }
  return null;
}
