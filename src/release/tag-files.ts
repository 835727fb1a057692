import { DEADWAX_VERSION } from "../core/index.ts";
import { encodeBagInfo } from "../formats/bagit/bag-info.ts";
import { BAG_DECLARATION } from "../formats/bagit/declaration.ts";
import { encodeManifest, manifestFileName } from "../formats/bagit/manifest.ts";
import { hashFileBytes } from "../formats/torrent/piece-hasher.ts";
import { type BagFile, sortByPath } from "./bag-file.ts";
import { PAYLOAD_FOLDER, RELEASE_DOCUMENT, type ReleaseFile } from "./release-document.ts";

export const DECLARATION_FILE = "bagit.txt";
export const BAG_INFO_FILE = "bag-info.txt";
export const PAYLOAD_MANIFEST: string = manifestFileName("payload", "sha256");
export const TAG_MANIFEST: string = manifestFileName("tag", "sha256");

export interface TagFileInputs {
  readonly name: string;
  readonly created: string;
  readonly archiveId: string;
  readonly pieceLengthBytes: number;
  readonly payload: readonly BagFile[];
  readonly trackTable: BagFile;
  /** Signs the release document that lists these files. */
  readonly signDocument: (files: readonly ReleaseFile[]) => Buffer;
}

/**
 * The small files of a bag (RFC 8493, section 2): declaration, bag-info, payload manifest, release document, tag manifest.
 * The release document lists every file but itself and the tag manifest; the tag manifest lists every tag file but itself.
 */
export function buildTagFiles(inputs: TagFileInputs): readonly BagFile[] {
  const { payload, trackTable, pieceLengthBytes } = inputs;
  const small = (path: string, bytes: Buffer): BagFile => ({
    path,
    bytes,
    hashed: hashFileBytes(bytes, pieceLengthBytes),
  });
  const declaration = small(DECLARATION_FILE, Buffer.from(BAG_DECLARATION));
  const info = small(BAG_INFO_FILE, bagInfo(inputs));
  const manifest = small(PAYLOAD_MANIFEST, encodeManifest(manifestOf("payload", payload)));
  const listed = [declaration, info, manifest, trackTable, ...payload];
  const document = small(RELEASE_DOCUMENT, inputs.signDocument(listFiles(listed)));
  const tagFiles = [declaration, info, manifest, document, trackTable];
  const tagManifest = small(TAG_MANIFEST, encodeManifest(manifestOf("tag", tagFiles)));
  return [declaration, info, manifest, document, tagManifest];
}

export function payloadPath(shardId: string): string {
  return `${PAYLOAD_FOLDER}/${shardId}.tar`;
}

/** The files as the release document lists them. */
function listFiles(files: readonly BagFile[]): readonly ReleaseFile[] {
  return sortByPath(files).map(({ path, hashed }) => ({
    path,
    sizeBytes: hashed.sizeBytes,
    sha256: hashed.sha256.toString("hex"),
    piecesRoot: hashed.piecesRoot?.toString("hex") ?? null,
  }));
}

function manifestOf(kind: "payload" | "tag", files: readonly BagFile[]) {
  const hashes = new Map(files.map(({ path, hashed }) => [path, hashed.sha256.toString("hex")]));
  return { kind, algorithm: "sha256", hashes } as const;
}

function bagInfo({ name, created, archiveId, payload }: TagFileInputs): Buffer {
  return encodeBagInfo({
    baggingDate: created.slice(0, 10),
    payloadOxum: {
      sizeBytes: payload.reduce((sum, { hashed }) => sum + hashed.sizeBytes, 0),
      fileCount: payload.length,
    },
    fields: [
      ["External-Identifier", name],
      ["Bag-Group-Identifier", `urn:uuid:${archiveId}`],
      ["Bag-Software-Agent", `deadwax ${DEADWAX_VERSION}`],
    ],
  });
}
