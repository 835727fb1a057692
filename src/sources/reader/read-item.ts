import { closeRegularFile, isUnchanged, openRegularFile, type RegularFile } from "../files/regular-file.ts";
import { SourceError } from "../files/source-error.ts";
import { cachedZipDirectory } from "../zip/directory-cache.ts";
import type { IntakeLimits } from "../zip/zip-directory.ts";
import { fileSpan } from "./byte-span.ts";
import { judgeContent, mayBeAudio } from "./judge-content.ts";
import { openMemberSpan } from "./member-span.ts";
import type { ReadItem, ReadOutcome } from "./read-job.ts";

/** Names under which a zip is read as a container: `.pk3` is one with another name, as games use it. */
const CONTAINER_NAME = /\.(zip|pk3)$/i;
const AUDIO_NAME = /\.(ogg|oga|opus|flac|mp3|m4a|m4b|mp4|aac|wav|wave)$/i;

/** Looks at one file or member: what it is, its technical facts and its tags. Reads its beginning and its end. */
export async function readItem(
  item: ReadItem,
  limits: IntakeLimits,
  withTags: boolean,
): Promise<ReadOutcome> {
  let file: RegularFile;
  try {
    file = openRegularFile(item.root, item.path);
  } catch (error) {
    return refusal(error, null);
  }
  try {
    const outcome = await (item.member === null
      ? readFile(file, item.path, limits, withTags)
      : readMember(file, item.member, limits, withTags));
    if (isUnchanged(file)) return outcome;
    return rejected(file, "changed-while-read", "the file changed while it was read");
  } catch (error) {
    return refusal(error, file);
  } finally {
    closeRegularFile(file);
  }
}

async function readFile(
  file: RegularFile,
  path: Uint8Array,
  limits: IntakeLimits,
  withTags: boolean,
): Promise<ReadOutcome> {
  if (file.sizeBytes === 0) return rejected(file, "empty", "no bytes in it");
  if (file.sizeBytes > limits.maxFileBytes) {
    return rejected(file, "too-large", `${file.sizeBytes} bytes, ${limits.maxFileBytes} allowed`);
  }
  const name = baseName(path);
  const verdict = await judgeContent(fileSpan(file.fd, 0, file.sizeBytes), name, withTags);
  if (verdict.kind !== "zip") return { ...verdict, state: stateOf(file) };
  if (CONTAINER_NAME.test(name)) return readContainer(file, limits);
  if (AUDIO_NAME.test(name)) {
    return rejected(
      file,
      "zip-container-misnamed",
      "a zip under the name of a sound file: name it .zip to have it read",
    );
  }
  return rejected(file, "not-audio", "a zip under another name");
}

async function readContainer(file: RegularFile, limits: IntakeLimits): Promise<ReadOutcome> {
  const directory = await cachedZipDirectory(file, limits);
  if (!directory.ok) return rejected(file, directory.reason, directory.detail);
  return {
    kind: "container",
    state: stateOf(file),
    members: directory.members.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    refused: [...directory.refused],
  };
}

async function readMember(
  file: RegularFile,
  name: Uint8Array,
  limits: IntakeLimits,
  withTags: boolean,
): Promise<ReadOutcome> {
  const directory = await cachedZipDirectory(file, limits);
  const member = directory.ok ? directory.find(Buffer.from(name)) : undefined;
  if (!member) return rejected(file, "changed-while-read", "the container changed while it was read");
  const state = { ...stateOf(file), sizeBytes: member.sizeBytes };
  if (member.sizeBytes === 0) return { kind: "rejected", state, reason: "empty", detail: "no bytes in it" };
  try {
    const span = await openMemberSpan(file, member, (head) => mayBeAudio(head, baseName(name)));
    const verdict = await judgeContent(span, baseName(name), withTags);
    if (verdict.kind !== "zip") return { ...verdict, state };
    return { kind: "rejected", state, reason: "not-audio", detail: "a zip inside a zip" };
  } catch (error) {
    const outcome = refusal(error, file);
    return { ...outcome, state };
  }
}

function refusal(error: unknown, file: RegularFile | null): Extract<ReadOutcome, { kind: "rejected" }> {
  if (!(error instanceof SourceError)) throw error;
  const reason = error.trouble === "gone" ? "gone-while-read" : error.trouble;
  return { kind: "rejected", state: file && stateOf(file), reason, detail: error.message };
}

function rejected(file: RegularFile, reason: string, detail: string): ReadOutcome {
  return { kind: "rejected", state: stateOf(file), reason, detail };
}

function stateOf({
  sizeBytes,
  mtimeNs,
  inode,
}: RegularFile): Pick<RegularFile, "sizeBytes" | "mtimeNs" | "inode"> {
  return { sizeBytes, mtimeNs, inode };
}

/** Latin-1, for its extension alone. */
function baseName(path: Uint8Array): string {
  const text = Buffer.from(path).toString("latin1");
  return text.slice(text.lastIndexOf("/") + 1);
}
