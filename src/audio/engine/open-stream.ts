import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
} from "node-av/constants";
import { Codec, type CodecContext, FormatContext, InputFormat } from "node-av/lib";
import { checkStatus, EngineError, present } from "./engine-error.ts";

/** A demuxer is named, never guessed: FFmpeg's own guessing would let a file choose among a few hundred. */
export type Demuxer = "ogg" | "flac" | "mp3" | "mov" | "wav";

export class UnsupportedStreamError extends Error {}

/** `url` spells its protocol out. Throws `EngineError` for a file that is not of the kind. */
export function openContainer(url: string, demuxer: Demuxer): FormatContext {
  const container = new FormatContext();
  container.allocContext();
  // No file may make FFmpeg open another one.
  container.setOption("protocol_whitelist", "file,subfile", AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
  const format = present(InputFormat.findInputFormat(demuxer), `demuxer ${demuxer}`);
  checkStatus(container.openInputSync(url, format, null), "opening the container");
  const status = container.findStreamInfoSync(null);
  if (status < 0) {
    container.closeInputSync();
    throw new EngineError("reading the stream's parameters", status);
  }
  return container;
}

export interface PickedStreams {
  readonly audio: number;
  /** A still picture beside the music; -1 when there is none. */
  readonly cover: number;
}

/** The first audio stream and the first attached picture; no other stream is read. */
export function pickStreams(container: FormatContext): PickedStreams {
  const streams = container.streams;
  const chosen = streams.find((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  if (chosen === undefined) throw new UnsupportedStreamError("the container has no audio stream");
  const cover =
    streams.find(({ disposition }) => (disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0)?.index ?? -1;
  for (const stream of streams) {
    if (stream.index !== chosen.index && stream.index !== cover) stream.discard = AVDISCARD_ALL;
  }
  return { audio: chosen.index, cover };
}

/** Opens `decoder`, in one thread, with the one of those allowed that knows the codec, and returns its name. */
export function openDecoder(
  decoder: CodecContext,
  container: FormatContext,
  streamIndex: number,
  allowed: ReadonlySet<string>,
): string {
  const stream = present(container.streams[streamIndex], "stream");
  const parameters = stream.codecpar;
  const { codecId } = parameters;
  const preferred = Codec.findDecoder(codecId);
  const fits = ({ id, name }: Codec): boolean => id === codecId && name !== null && allowed.has(name);
  // FFmpeg prefers another one for MPEG layers I and II.
  const codec =
    preferred && fits(preferred)
      ? preferred
      : Codec.getCodecList().find((each) => each.isDecoder() && fits(each));
  if (codec === undefined) {
    throw new UnsupportedStreamError(`no decoder for ${preferred?.name ?? `codec ${codecId}`} is allowed`);
  }
  decoder.allocContext3(codec);
  checkStatus(parameters.toContext(decoder), "setting the decoder's parameters");
  decoder.threadCount = 1;
  decoder.pktTimebase = stream.timeBase;
  // As options of the context: a dictionary given to the synchronous open is freed twice.
  decoder.setOption("err_detect", "crccheck", AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
  checkStatus(decoder.open2Sync(codec, null), "opening the decoder");
  return codec.name ?? "";
}
