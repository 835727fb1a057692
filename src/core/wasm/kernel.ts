import { assemble } from "./assemble.ts";

/** As much of the global as is used here: the compiler's own types come with those of a browser only. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: Readonly<Record<string, Loop>> };
};

/** Takes addresses, in bytes, and counts; gives what its result is, where it has one. */
type Loop = (...args: readonly number[]) => number;

/** Loops in WebAssembly and the memory that they work on. */
export interface Kernel {
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  /** Throws `RangeError` for a name that the source does not have. */
  loop(name: string): Loop;
}

const PAGE_BYTES = 65_536;

/**
 * Why WebAssembly: two samples an instruction, and no check of each index. `source` is in the text format, as far as
 * `assemble` knows it. A kernel keeps nothing from one call to the next, so that all of a process may share it.
 */
export function createKernel(source: string, memoryBytes: number): Kernel {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
  const { exports } = new WebAssembly.Instance(moduleOf(source), { env: { memory } });
  return {
    floats: new Float32Array(memory.buffer),
    doubles: new Float64Array(memory.buffer),
    words: new Uint32Array(memory.buffer),
    bytes: new Uint8Array(memory.buffer),
    loop(name) {
      const loop = exports[name];
      if (loop === undefined) throw new RangeError(`no loop is called "${name}"`);
      return loop;
    },
  };
}

/** Putting one together takes longer than many kernels are used for. */
const modules = new Map<string, object>();

function moduleOf(source: string): object {
  const known = modules.get(source);
  if (known !== undefined) return known;
  const made = new WebAssembly.Module(assemble(source));
  modules.set(source, made);
  return made;
}
