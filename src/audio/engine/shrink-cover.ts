import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_QSCALE,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  FF_DECODER_GIF,
  FF_DECODER_MJPEG,
  FF_DECODER_PNG,
  FF_ENCODER_MJPEG,
  type FFDecoderCodec,
} from "node-av/constants";
import {
  avGetPixFmtName,
  Codec,
  CodecContext,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
  Packet,
  Rational,
} from "node-av/lib";
import { checkStatus, EngineError, present } from "./engine-error.ts";
import { withoutErrorLog } from "./error-log.ts";

/** By MIME type; FFmpeg's build reads no WebP. */
const DECODERS: ReadonlyMap<string, FFDecoderCodec> = new Map<string, FFDecoderCodec>([
  ["image/jpeg", FF_DECODER_MJPEG],
  ["image/png", FF_DECODER_PNG],
  ["image/gif", FF_DECODER_GIF],
]);

/** Pixels on the longer side, tried in this order until the picture is small enough. */
const SIDES = [600, 400, 250] as const;
/** Of MPEG's scale from 2 (best) to 31. */
const QUALITY = 4;
const LAMBDA = 118;
const MAX_PIXELS = 50_000_000;

/**
 * A picture as JPEG of at most so many bytes and 600 pixels a side. Null for what is damaged, neither JPEG, PNG nor GIF, larger than 50
 * megapixels, or does not become small enough.
 */
export function shrinkCover(image: Buffer, mime: string, maxBytes: number): Buffer | null {
  return withoutErrorLog(() => shrink(image, mime, maxBytes));
}

function shrink(image: Buffer, mime: string, maxBytes: number): Buffer | null {
  const picture = new Frame();
  picture.alloc();
  try {
    const format = decodePicture(image, mime, picture);
    for (const side of SIDES) {
      const jpeg = encodeJpeg(picture, format, side);
      if (jpeg.length <= maxBytes) return jpeg;
    }
    return null;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  } finally {
    picture.free();
  }
}

function decodePicture(image: Buffer, mime: string, into: Frame): AVPixelFormat {
  const context = new CodecContext();
  const packet = new Packet();
  packet.alloc();
  try {
    const codec = present(Codec.findDecoderByName(present(DECODERS.get(mime), mime)), `decoder of ${mime}`);
    context.allocContext3(codec);
    context.threadCount = 1;
    checkStatus(
      context.setOption("max_pixels", String(MAX_PIXELS), AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
      "option max_pixels",
    );
    checkStatus(context.open2Sync(codec, null), `opening the decoder of ${mime}`);
    packet.data = image;
    checkStatus(context.sendPacketSync(packet), "decoding the cover");
    // The end: a decoder may keep the only picture back until then.
    checkStatus(context.sendPacketSync(null), "decoding the cover");
    checkStatus(context.receiveFrameSync(into), "decoding the cover");
    return context.pixelFormat;
  } finally {
    packet.free();
    context.freeContext();
  }
}

function encodeJpeg(picture: Frame, format: AVPixelFormat, side: number): Buffer {
  const graph = new FilterGraph();
  const scaled = new Frame();
  const context = new CodecContext();
  const packet = new Packet();
  scaled.alloc();
  packet.alloc();
  graph.alloc();
  try {
    scale(graph, picture, format, side, scaled);
    const codec = present(Codec.findEncoderByName(FF_ENCODER_MJPEG), "encoder mjpeg");
    context.allocContext3(codec);
    context.threadCount = 1;
    context.width = scaled.width;
    context.height = scaled.height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.timeBase = new Rational(1, 1);
    context.setFlags(AV_CODEC_FLAG_QSCALE, AV_CODEC_FLAG_BITEXACT);
    context.globalQuality = QUALITY * LAMBDA;
    checkStatus(context.open2Sync(codec, null), "opening the JPEG encoder");
    scaled.quality = QUALITY * LAMBDA;
    checkStatus(context.sendFrameSync(scaled), "encoding the cover");
    checkStatus(context.sendFrameSync(null), "encoding the cover");
    checkStatus(context.receivePacketSync(packet), "encoding the cover");
    return Buffer.from(present(packet.data, "a JPEG"));
  } finally {
    packet.free();
    context.freeContext();
    scaled.free();
    graph.free();
  }
}

function scale(
  graph: FilterGraph,
  picture: Frame,
  pixelFormat: AVPixelFormat,
  side: number,
  into: Frame,
): void {
  const { width, height } = picture;
  const longer = Math.max(width, height);
  const part = Math.min(1, side / longer);
  const [toWidth, toHeight] = [width, height].map((pixels) => Math.max(1, Math.round(pixels * part)));
  const format = present(avGetPixFmtName(pixelFormat), "a pixel format");
  const filters = [
    filter(graph, "buffer", `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/1`),
    filter(graph, "scale", `${toWidth}:${toHeight}:flags=bicubic+accurate_rnd+bitexact`),
    filter(graph, "format", "pix_fmts=yuvj420p"),
    filter(graph, "buffersink", null),
  ];
  for (const [at, to] of filters.slice(1).entries()) {
    checkStatus(present(filters[at], "a filter").link(0, to, 0), "linking the filters");
  }
  checkStatus(graph.configSync(), "configuring the filters");
  checkStatus(
    present(filters[0], "a filter").buffersrcAddFrameSync(picture, AV_BUFFERSRC_FLAG_KEEP_REF),
    "scaling the cover",
  );
  checkStatus(present(filters[3], "a filter").buffersinkGetFrameSync(into), "scaling the cover");
}

function filter(graph: FilterGraph, kind: string, args: string | null): FilterContext {
  const found = present(Filter.getByName(kind), `filter ${kind}`);
  return present(graph.createFilter(found, kind, args), `filter ${kind} (${args ?? ""})`);
}
