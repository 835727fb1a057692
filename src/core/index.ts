/**
 * `core`: what every stage needs and that knows nothing of music: errors and exit codes, the archive's layout, its
 * configuration, policy, key and lock, events, atomic files, canonical and signed JSON, the database, the pool of child
 * processes, and the reporter through which a stage speaks.
 */

export * from "./archive.ts";
export * from "./archive-lock.ts";
export * from "./atomic-file.ts";
export * from "./byte-sink.ts";
export * from "./canonical-json.ts";
export * from "./child-pool.ts";
export * from "./clock.ts";
export * from "./column-chunk.ts";
export * from "./current-pointer.ts";
export * from "./database.ts";
export * from "./did-key.ts";
export * from "./each-of.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./file-sha256.ts";
export * from "./layout.ts";
export * from "./names-in.ts";
export { ColumnMemory, type NumberColumns } from "./number-columns.ts";
export * from "./policy.ts";
export * from "./reporter.ts";
export { programBeside, runThread, serveThread } from "./run-thread.ts";
export * from "./safe-path.ts";
export * from "./signed-document.ts";
export * from "./signing-key.ts";
export * from "./sizes.ts";
export * from "./utf8-order.ts";
export * from "./version.ts";
export { createKernel, type Kernel } from "./wasm/kernel.ts";
