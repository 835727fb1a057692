import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, throwIfAborted, UsageError } from "../../core/errors.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { plainBytes } from "../facts/plain-bytes.ts";
import type { RecordInput } from "../facts/record-input.ts";
import { readXml } from "../xml/read-xml.ts";
import { childOf, type XmlElement } from "../xml/xml-element.ts";
import { type ErnHeader, headerOf, isManifest, refuseErnRoot } from "./message.ts";
import { messageRows } from "./message-rows.ts";

const MAX_MESSAGES = 10_000;
const MAX_DEPTH = 8;
/** The newest ones; the headers of all are read, to know them. */
const DRY_RUN_MESSAGES = 10;

/**
 * Takes ERN messages in, from files and from folders of them (names that end in `.xml`). Of several messages about one
 * release the one that was made last speaks, whatever the order of the files. A message is taken whole or not at all.
 */
export async function addErnSource(options: AddRecordSourceOptions): Promise<RecordSourceSummary> {
  const files = (await Promise.all(options.files.map((path) => messageFiles(path, 0)))).flat();
  if (files.length > MAX_MESSAGES) {
    throw new UsageError(`${files.length} messages are more than are taken in at once`, {
      hint: `give at most ${MAX_MESSAGES}, and the others after them under the same label`,
    });
  }
  if (files.length === 0) {
    throw new UsageError(`there is no message in "${options.files.join('", "')}"`, {
      hint: 'give files, or folders with files whose names end in ".xml"',
    });
  }
  return await addRecordSource(
    { ...options, files: [...new Set(files)].sort() },
    {
      kind: "ern",
      defaultLabel: "messages",
      licence: null,
      readsSample: true,
      read: readMessages,
    },
  );
}

interface Message {
  readonly input: RecordInput;
  readonly header: ErnHeader;
}

async function readMessages(intake: RecordIntake): Promise<void> {
  const { writer, progress, signal, isDryRun } = intake;
  let taken = 0;
  const seenReleases = new Set<string>();
  const seenArtists = new Set<string>();
  for (const { input, header } of await newestFirst(intake)) {
    throwIfAborted(signal);
    const found = await readWhole(input, intake);
    if (found.kind !== "message") {
      reject(intake, input, found);
      continue;
    }
    const rows = messageRows(found.element, header, await input.sha256(progress));
    for (const fault of rows.faults) reject(intake, input, { line: null, offsetBytes: null, reason: fault });
    for (const { key, release, tracks, deals } of rows.releases) {
      if (seenReleases.has(key)) continue;
      seenReleases.add(key);
      writer.add("releases", release);
      for (const track of tracks) writer.add("tracks", track);
      for (const deal of deals) writer.add("deals", deal);
    }
    for (const artist of rows.artists) {
      const key = String(artist.artist_key);
      if (seenArtists.has(key)) continue;
      seenArtists.add(key);
      writer.add("artists", artist);
    }
    await writer.drain();
    taken += 1;
    if (isDryRun && taken >= DRY_RUN_MESSAGES) break;
  }
}

/** Messages are put in order by their headers, which are read first; what has none is refused here. */
async function newestFirst(intake: RecordIntake): Promise<Message[]> {
  const messages: Message[] = [];
  for (const input of intake.inputs) {
    throwIfAborted(intake.signal);
    const read = await readHeader(input);
    if (read.kind === "header") messages.push({ input, header: read.header });
    else if (read.kind === "refused") reject(intake, input, read);
  }
  const time = ({ header }: Message): number => Date.parse(header.created);
  return messages.sort((a, b) => time(b) - time(a) || (a.input.path < b.input.path ? 1 : -1));
}

interface Place {
  readonly line: number | null;
  readonly offsetBytes: number | null;
  readonly reason: string;
}

type HeaderRead =
  | { readonly kind: "header"; readonly header: ErnHeader }
  | ({ readonly kind: "refused" } & Place)
  | { readonly kind: "manifest" };

const HEADER_BYTES = 1 << 20;

async function readHeader(input: RecordInput): Promise<HeaderRead> {
  const head = await input.head(HEADER_BYTES);
  async function* once(): AsyncGenerator<Buffer> {
    yield head;
  }
  let isManifestFile = false;
  const refuseRoot = (name: string, attributes: Readonly<Record<string, string>>): string | null => {
    isManifestFile = isManifest(name);
    return refuseErnRoot(name, attributes);
  };
  for await (const records of readXml(plainBytes(once()), { refuseRoot })) {
    for (const record of records) {
      if (isManifestFile) return { kind: "manifest" };
      if (record.kind !== "record") return { ...record, kind: "refused" };
      if (record.element.name !== "MessageHeader") continue;
      const header = headerOf(record.element);
      if (header.ok) return { kind: "header", header: header.header };
      return { kind: "refused", line: record.line, offsetBytes: record.offsetBytes, reason: header.reason };
    }
  }
  return { kind: "refused", line: null, offsetBytes: null, reason: "a message without a header" };
}

/** Deals decide what may be given out, so that half a message is none. */
async function readWhole(
  input: RecordInput,
  { progress }: RecordIntake,
): Promise<
  { readonly kind: "message"; readonly element: XmlElement } | ({ readonly kind: "refused" } & Place)
> {
  let message: XmlElement | null = null;
  try {
    for await (const records of readXml(plainBytes(input.bytes(progress)), {
      recordDepth: 0,
      refuseRoot: refuseErnRoot,
    })) {
      for (const record of records) {
        if (record.kind !== "record") return { ...record, kind: "refused" };
        message = record.element;
      }
    }
  } catch (error) {
    return { kind: "refused", line: null, offsetBytes: null, reason: errorMessage(error) };
  }
  const missing = ["ResourceList", "ReleaseList"].find(
    (list) => childOf(message ?? undefined, list) === undefined,
  );
  if (message !== null && missing === undefined) return { kind: "message", element: message };
  return {
    kind: "refused",
    line: null,
    offsetBytes: null,
    reason: `a message without <${missing ?? "a root"}>`,
  };
}

function reject(
  { inputs, writer }: RecordIntake,
  input: RecordInput,
  { line, offsetBytes, reason }: Place,
): void {
  const place = inputs.length > 1 ? `${input.name}: ` : "";
  writer.reject({ line, offsetBytes, reason: `${place}${reason}`, sample: null });
}

async function messageFiles(path: string, depth: number): Promise<string[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`cannot open "${path}"`, { cause, hint: "check the path" });
  });
  if (!info.isDirectory()) return [path];
  if (depth >= MAX_DEPTH) return [];
  const entries = await readdir(path, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) found.push(...(await messageFiles(inside, depth + 1)));
    else if (entry.isFile() && /\.xml$/i.test(entry.name)) found.push(inside);
  }
  return found;
}
