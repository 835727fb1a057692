import { getFFmpegInfo } from "node-av/lib";

const { version, libraries } = getFFmpegInfo();

/** Measured values keep the tool that measured them: other tools differ in the last digits. */
export const TRUE_PEAK_TOOL: string = `FFmpeg ${version} ebur128 (libavfilter ${libraries.avfilter})`;
export const FINGERPRINT_TOOL: string = `FFmpeg ${version} chromaprint (libavformat ${libraries.avformat})`;
export const ENCODER_NAME: string = `libopus (FFmpeg ${version}, libavcodec ${libraries.avcodec})`;
export const DECODER_NAME: string = `FFmpeg ${version} (libavcodec ${libraries.avcodec})`;
