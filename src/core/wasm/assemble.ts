import { OPCODES, type Opcode } from "./opcodes.ts";
import { parseWat, type WatList, type WatNode } from "./parse-wat.ts";

const TYPES: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const EMPTY_BLOCK = 0x40;
const FUNCTION_TYPE = 0x60;
const EXPORTED_FUNCTION = 0;

interface WatFunction {
  readonly name: string;
  readonly params: readonly number[];
  readonly results: readonly number[];
  readonly locals: readonly number[];
  readonly code: readonly number[];
}

/**
 * Turns functions in the WebAssembly text format into a module that imports its memory as `env.memory`. As much of the
 * format as the loops here want: folded instructions, `block`, `loop`, named labels, locals and functions. Throws
 * `SyntaxError` for anything else. The source stays readable, and nothing has to be built beforehand.
 */
export function assemble(source: string): Uint8Array<ArrayBuffer> {
  const nodes = parseWat(source);
  const names = nodes.map((node) => String(node[1]));
  const functions = nodes.map((node) => assembleFunction(node, names));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(
      1,
      functions.map(({ params, results }) => [FUNCTION_TYPE, ...vector(params), ...vector(results)]),
    ),
    ...section(2, [[...text("env"), ...text("memory"), 2, 0, ...unsigned(1)]]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), EXPORTED_FUNCTION, ...unsigned(index)]),
    ),
    ...section(
      10,
      functions.map(({ locals, code }) => {
        const body = [...unsigned(locals.length), ...locals.flatMap((type) => [1, type]), ...code, 0x0b];
        return [...unsigned(body.length), ...body];
      }),
    ),
  ]);
}

function assembleFunction(node: WatNode, functions: readonly string[]): WatFunction {
  const [keyword, name, ...rest] = listOf(node);
  if (keyword !== "func" || typeof name !== "string") throw new SyntaxError("a function without a name");
  const declared = (kind: string): WatList[] => rest.map(listOf).filter(([word]) => word === kind);
  const params = declared("param");
  const locals = declared("local");
  const typeOf = (list: WatList): number => TYPES[wordOf(list.at(-1))] ?? wrong(list);
  const scope: Scope = {
    locals: new Map([...params, ...locals].map((list, index) => [wordOf(list[1]), index])),
    labels: [],
    functions,
  };
  const body = rest.filter((part) => !["param", "local", "result"].includes(wordOf(listOf(part)[0])));
  const code: number[] = [];
  for (const part of body) addInstruction(part, scope, code);
  return {
    name: name.slice(1),
    params: params.map(typeOf),
    results: declared("result").map(typeOf),
    locals: locals.map(typeOf),
    code,
  };
}

interface Scope {
  readonly locals: ReadonlyMap<string, number>;
  /** The innermost last. */
  readonly labels: readonly string[];
  /** Of the module, in order. */
  readonly functions: readonly string[];
}

/** Adds an instruction to the code: operands first, then itself with what is written into it. */
function addInstruction(node: WatNode, scope: Scope, code: number[]): void {
  const list = listOf(node);
  const name = wordOf(list[0]);
  if (name === "block" || name === "loop") {
    const inner = { ...scope, labels: [...scope.labels, wordOf(list[1])] };
    code.push(name === "block" ? 0x02 : 0x03, EMPTY_BLOCK);
    for (const part of list.slice(2)) addInstruction(part, inner, code);
    code.push(0x0b);
    return;
  }
  const opcode = OPCODES[name] ?? wrong(node);
  const immediates: string[] = [];
  for (let at = 1; at < list.length; at += 1) {
    const part = list[at] ?? "";
    if (typeof part === "string") immediates.push(part);
    else addInstruction(part, scope, code);
  }
  code.push(...opcode.bytes, ...immediatesOf(opcode, immediates, scope));
}

function immediatesOf({ takes, align = 0 }: Opcode, words: readonly string[], scope: Scope): number[] {
  const first = words[0] ?? "";
  switch (takes) {
    case "nothing":
      return [];
    case "local":
      return unsigned(scope.locals.get(first) ?? wrong(first));
    case "label": {
      const depth = scope.labels.toReversed().indexOf(first);
      return depth < 0 ? wrong(first) : unsigned(depth);
    }
    case "function": {
      const index = scope.functions.indexOf(first);
      return index < 0 ? wrong(first) : unsigned(index);
    }
    case "i32":
      return signed(Number(first));
    case "f64":
      return [...new Uint8Array(Float64Array.of(Number(first)).buffer)];
    case "lane":
      return [Number(first)];
    case "lanes":
      return words.map(Number);
    case "memory":
    case "memory and lane": {
      const offset = first.startsWith("offset=") ? Number(first.slice(7)) : 0;
      const lane = takes === "memory" ? [] : [Number(words.at(-1))];
      return [align, ...unsigned(offset), ...lane];
    }
  }
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}

function vector(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(value: string): number[] {
  return vector([...new TextEncoder().encode(value)]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

function listOf(node: WatNode): WatList {
  return typeof node === "string" ? wrong(node) : node;
}

function wordOf(node: WatNode | undefined): string {
  return typeof node === "string" ? node : wrong(node);
}

function wrong(what: unknown): never {
  throw new SyntaxError(`not understood: ${JSON.stringify(what)}`);
}
