import type { Progress } from "../../core/reporter.ts";
import { sniffCompression } from "../lines/compression.ts";
import { type Member, members } from "../lines/tar-members.ts";
import { unpacked } from "../lines/unpack.ts";
import type { RecordInput } from "./record-input.ts";

const MAGIC_BYTES = 16;

/** What is in a file, unpacked: the files of a tar one by one, or its content. Throws `InputFault` where it ends early. */
export async function* recordMembers(input: RecordInput, progress: Progress): AsyncGenerator<Member> {
  const compression = sniffCompression(await input.head(MAGIC_BYTES));
  yield* members(unpacked(input.bytes(progress), compression));
}
