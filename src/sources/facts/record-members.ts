import type { Progress } from "../../core/reporter.ts";
import { sniffCompression } from "../lines/compression.ts";
import { type Member, members } from "../lines/tar-members.ts";
import { unpacked } from "../lines/unpack.ts";
import type { RecordInput } from "./record-input.ts";

const MAGIC_BYTES = 16;

/** A member, and whether it is the file as it is: its bytes can be read from that. */
export interface RecordMember extends Member {
  readonly isFile: boolean;
}

/**
 * What is in a file, unpacked: the files of a tar one by one, or its content. Pieces are good until the
 * next is asked for. Throws `InputFault` where it ends early.
 */
export async function* recordMembers(input: RecordInput, progress: Progress): AsyncGenerator<RecordMember> {
  const compression = sniffCompression(await input.head(MAGIC_BYTES));
  // Programs that unpack may have several pieces waiting.
  const bytes = compression === "none" ? input.passingBytes(progress) : input.bytes(progress);
  for await (const member of members(unpacked(bytes, compression))) {
    yield { ...member, isFile: compression === "none" && member.name === null };
  }
}
