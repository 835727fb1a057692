/** The file formats that audio is kept in; `mp4` is M4A, `wav` is also RF64 and BW64. */
export type Container = "ogg" | "flac" | "mp3" | "mp4" | "wav";
