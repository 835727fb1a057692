import type { RegularFile } from "../files/regular-file.ts";
import {
  type IntakeLimits,
  type RefusedMember,
  readZipDirectory,
  type ZipDirectory,
  type ZipMember,
} from "./zip-directory.ts";

export type FoundDirectory =
  | {
      readonly ok: true;
      readonly members: readonly ZipMember[];
      readonly refused: readonly RefusedMember[];
      find(name: Buffer): ZipMember | undefined;
    }
  | Extract<ZipDirectory, { ok: false }>;

/** The last container of this process: its members are read one after the other, and its directory may be long. */
let last: { readonly key: string; readonly directory: Promise<FoundDirectory> } | null = null;

/** The directory of an open zip, kept until another one is asked for or the file has changed. */
export function cachedZipDirectory(file: RegularFile, limits: IntakeLimits): Promise<FoundDirectory> {
  const { device, inode, sizeBytes, mtimeNs } = file;
  const key = JSON.stringify([`${device}`, `${inode}`, sizeBytes, `${mtimeNs}`, limits]);
  if (last?.key !== key) last = { key, directory: indexed(file, limits) };
  return last.directory;
}

async function indexed(file: RegularFile, limits: IntakeLimits): Promise<FoundDirectory> {
  const directory = await readZipDirectory(file.fd, file.sizeBytes, limits);
  if (!directory.ok) return directory;
  const byName = new Map(directory.members.map((member) => [member.name.toString("latin1"), member]));
  return { ...directory, find: (name) => byName.get(name.toString("latin1")) };
}
