/** Phrases of the WebAssembly text format, to be put together. */
export const get = (name: string): string => `(local.get $${name})`;
export const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
/** The 32 bits of a whole number. */
export const number = (value: number): string => `(i32.const ${value | 0})`;
export const add = (a: string, b: string): string => `(i32.add ${a} ${b})`;
export const advance = (name: string, by: number): string => set(name, add(get(name), number(by)));
export const byteAt = (place: string): string => `(i32.load8_u ${place})`;
export const wordAt = (place: string): string => `(i32.load ${place})`;
