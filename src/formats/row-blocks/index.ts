/** `row-blocks`: rows of a table in small deflated blocks, so that one row costs one small read. */
export * from "./column-types.ts";
export { type RowColumn, RowsBlock } from "./decode-rows.ts";
export { RowsEncoder } from "./encode-rows.ts";
