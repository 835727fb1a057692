import { z } from "zod";
import { openOneOfMany, openSignedDocument, type SignedDocument } from "../core/signed-document.ts";
import { firstIssue, previousSchema, sha256Hex } from "./release-document.ts";
import { isReleaseName } from "./release-name.ts";

export const MAX_ANNOUNCEMENT_BYTES: number = 4 * 1024 * 1024;

const infohashV1 = z.string().regex(/^[0-9a-f]{40}$/);

const torrentSchema = z.object({
  kind: z.enum(["hybrid", "v1"]),
  /** Name of the file beside the announcement. */
  file: z.string().regex(/^[a-z0-9-]+(\.v1)?\.torrent$/),
  sizeBytes: z.int().nonnegative(),
  sha256: sha256Hex,
  infohashV1,
  infohashV2: sha256Hex.nullable(),
  magnet: z.string(),
});

const announcementSchema = z.object({
  format: z.literal("deadwax-announcement/1"),
  name: z.string().refine(isReleaseName, "not the name of a release"),
  created: z.iso.datetime(),
  archive: z.uuid(),
  /** SHA-256 of the bag's `RELEASE.json`. */
  releaseSha256: sha256Hex,
  previous: previousSchema.nullable(),
  /** Bytes of the whole bag. */
  sizeBytes: z.int().nonnegative(),
  tracks: z.int().nonnegative(),
  torrents: z.array(torrentSchema).max(2),
});

/** `<name>.json` beside a bag: the small signed file that says a release is out, and where to get it. */
export type Announcement = z.infer<typeof announcementSchema>;
export type AnnouncedTorrent = z.infer<typeof torrentSchema>;

export type OpenedAnnouncement =
  | { readonly ok: true; readonly signer: string; readonly announcement: Announcement }
  | { readonly ok: false; readonly reason: string };

/** Checks signature, form and content of a `<name>.json` that anybody may have made. */
export function openAnnouncement(bytes: Uint8Array): OpenedAnnouncement {
  return readAnnouncement(openSignedDocument(bytes, MAX_ANNOUNCEMENT_BYTES));
}

/** The same for one of very many. */
export async function openOneOfManyAnnouncements(bytes: Uint8Array): Promise<OpenedAnnouncement> {
  return readAnnouncement(await openOneOfMany(bytes, MAX_ANNOUNCEMENT_BYTES));
}

function readAnnouncement(document: SignedDocument): OpenedAnnouncement {
  if (!document.ok) return document;
  const parsed = announcementSchema.safeParse(document.value);
  if (!parsed.success) return { ok: false, reason: firstIssue(parsed.error) };
  const announcement = parsed.data;
  for (const { kind, file } of announcement.torrents) {
    if (file !== torrentFileName(announcement.name, kind)) {
      return {
        ok: false,
        reason: `torrents: "${file}" is not the ${kind} torrent of "${announcement.name}"`,
      };
    }
  }
  if (new Set(announcement.torrents.map(({ kind }) => kind)).size !== announcement.torrents.length) {
    return { ok: false, reason: "torrents: one stands twice" };
  }
  return { ok: true, signer: document.signer, announcement };
}

export function torrentFileName(name: string, kind: AnnouncedTorrent["kind"]): string {
  return kind === "hybrid" ? `${name}.torrent` : `${name}.v1.torrent`;
}

export function announcementFileName(name: string): string {
  return `${name}.json`;
}
