import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestTone } from "../../../test/fixtures/audio.ts";
import { type Archive, initArchive } from "../../core/archive.ts";
import { Database, sqlText } from "../../core/database.ts";
import { defaultPolicy, type Policy } from "../../core/policy.ts";
import { silentReporter } from "../../core/reporter.ts";
import { type Accession, listAccessions } from "../accession/accession.ts";
import { type AddAudioSourceOptions, type AudioSourceSummary, addAudioSource } from "../add-audio-source.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** A new archive, and a folder `music` beside it. */
export interface IntakeFixture {
  readonly folder: TemporaryFolder;
  readonly archive: Archive;
  /** Writes a file below `music`. */
  put(name: string | Buffer, content: string | Buffer): void;
  /** Takes `music` in, with one child unless told. */
  add(options?: Partial<AddAudioSourceOptions>): Promise<AudioSourceSummary>;
  newest(): Promise<Accession>;
  /** `path!member: status reason` of the newest accession, in the order of the table. */
  listed(): Promise<string[]>;
}

export async function intakeFixture(intake: Partial<Policy["intake"]> = {}): Promise<IntakeFixture> {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, "music"));
  const policy = defaultPolicy();
  const { archive } = await initArchive(join(folder.path, "archive"), {
    policy: { ...policy, intake: { ...policy.intake, ...intake } },
  });
  const newest = async (): Promise<Accession> => {
    const accession = (await listAccessions(archive)).at(-1);
    if (!accession) throw new Error("no accession");
    return accession;
  };
  return {
    folder,
    archive,
    newest,
    put(name, content) {
      folder.put(Buffer.concat([Buffer.from("music/"), Buffer.from(name)]), content);
    },
    add(options = {}) {
      const folders = [join(folder.path, "music")];
      return addAudioSource({ archive, reporter: silentReporter, folders, workers: 1, ...options });
    },
    async listed() {
      const rows = await tableRows(await newest(), "files");
      return rows.map(({ path, member, status, reason }) => {
        const name = member === null ? path : `${path}!${member}`;
        return `${name}: ${status}${reason === null ? "" : ` ${reason}`}`;
      });
    },
  };
}

/** All rows of a table of an accession. */
export async function tableRows(accession: Accession, table: string): Promise<Record<string, unknown>[]> {
  const path = accession.table(table);
  if (path === null) return [];
  const database = await Database.open();
  try {
    return await database.rows(`select * from read_parquet(${sqlText(path)})`);
  } finally {
    database.close();
  }
}

/** A short Ogg Vorbis file with a title. */
export function shortTone(): Buffer {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, "tone.ogg");
    makeTestTone({ path, codec: "vorbis", seconds: 0.3, tags: [["TITLE", "Tone"]] });
    return readFileSync(path);
  } finally {
    folder.remove();
  }
}

/**
 * An Ogg Vorbis file whose comment packet is spread over many pages of one byte. The tag reader takes quadratic time
 * over them: more than a minute for 120,000.
 */
export function hangingOgg(tone: Buffer, pages: number): Buffer {
  const firstPage = tone.subarray(0, 58); // the identification header of Vorbis I has 30 bytes
  const page = (flags: number, body: Buffer): Buffer => {
    const head = Buffer.alloc(28);
    head.write("OggS", "latin1");
    head[5] = flags;
    firstPage.copy(head, 14, 14, 18);
    head[26] = 1;
    head[27] = body.length;
    return Buffer.concat([head, body]);
  };
  const continued = page(1, Buffer.alloc(1));
  const many = Array.from({ length: pages }, () => continued);
  return Buffer.concat([
    firstPage,
    page(0, Buffer.from("\x03vorbis", "latin1")),
    ...many,
    page(0, Buffer.alloc(1)),
  ]);
}
