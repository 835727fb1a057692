/** `index-file`: the header that all files of a look-up index share, and how keys become 64-bit numbers. */
export * from "./header.ts";
export * from "./mixers.ts";
