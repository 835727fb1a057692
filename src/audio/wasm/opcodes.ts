/** One instruction: its bytes, and what is written into it behind them. */
export interface Opcode {
  readonly bytes: readonly number[];
  readonly takes:
    | "nothing"
    | "local"
    | "label"
    | "i32"
    | "f64"
    | "lane"
    | "lanes"
    | "memory"
    | "memory and lane";
  /** Of memory: the binary logarithm of the natural alignment. */
  readonly align?: number;
}

const plain = (code: number): Opcode => ({ bytes: [code], takes: "nothing" });
const memory = (code: number, align: number): Opcode => ({ bytes: [code], takes: "memory", align });
const simd = (code: number, takes: Opcode["takes"] = "nothing", align = 0): Opcode => ({
  // LEB128 of a number below 2^14.
  bytes: [0xfd, ...(code < 0x80 ? [code] : [(code & 0x7f) | 0x80, code >> 7])],
  takes,
  align,
});

/** WebAssembly core specification 2.0, 5.4: those that are used here. */
export const OPCODES: Readonly<Record<string, Opcode>> = {
  br: { bytes: [0x0c], takes: "label" },
  br_if: { bytes: [0x0d], takes: "label" },
  "local.get": { bytes: [0x20], takes: "local" },
  "local.set": { bytes: [0x21], takes: "local" },
  "local.tee": { bytes: [0x22], takes: "local" },
  "i32.load": memory(0x28, 2),
  "f32.load": memory(0x2a, 2),
  "f64.load": memory(0x2b, 3),
  "f32.store": memory(0x38, 2),
  "f64.store": memory(0x39, 3),
  "i32.const": { bytes: [0x41], takes: "i32" },
  "f64.const": { bytes: [0x44], takes: "f64" },
  "i32.lt_u": plain(0x49),
  "i32.le_u": plain(0x4d),
  "i32.ge_u": plain(0x4f),
  "i32.add": plain(0x6a),
  "i32.sub": plain(0x6b),
  "i32.mul": plain(0x6c),
  "i32.shl": plain(0x74),
  "f64.add": plain(0xa0),
  "f64.sub": plain(0xa1),
  "f64.mul": plain(0xa2),
  "f64.promote_f32": plain(0xbb),
  "v128.load": simd(0x00, "memory", 4),
  "v128.store": simd(0x0b, "memory", 4),
  "i8x16.shuffle": simd(0x0d, "lanes"),
  "f64x2.splat": simd(0x14),
  "f64x2.extract_lane": simd(0x21, "lane"),
  "v128.load32_lane": simd(0x56, "memory and lane", 2),
  "v128.load32_zero": simd(0x5c, "memory", 2),
  "v128.load64_zero": simd(0x5d, "memory", 3),
  "f64x2.promote_low_f32x4": simd(0x5f),
  "f32x4.abs": simd(0xe0),
  "f32x4.pmax": simd(0xeb),
  "f64x2.abs": simd(0xec),
  "f64x2.add": simd(0xf0),
  "f64x2.sub": simd(0xf1),
  "f64x2.mul": simd(0xf2),
  "f64x2.pmax": simd(0xf7),
};
