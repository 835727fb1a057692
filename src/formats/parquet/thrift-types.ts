/** Types of Thrift's compact protocol. A truth in a struct is told by its type. */
export const TRUE = 1;
export const FALSE = 2;
export const BYTE = 3;
export const INT16 = 4;
export const INT32 = 5;
export const INT64 = 6;
export const DOUBLE = 7;
export const BINARY = 8;
export const LIST = 9;
export const STRUCT = 12;

/** From so many items on, the head of a list has their number behind it. */
export const LONG_LIST = 15;
/** How deep values may be nested, so that no bytes exhaust the stack. */
export const MAX_DEPTH = 32;
