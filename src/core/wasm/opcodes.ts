/** One instruction: its bytes, and what is written into it behind them. */
export interface Opcode {
  readonly bytes: readonly number[];
  readonly takes:
    | "nothing"
    | "local"
    | "label"
    | "function"
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
  call: { bytes: [0x10], takes: "function" },
  "local.get": { bytes: [0x20], takes: "local" },
  "local.set": { bytes: [0x21], takes: "local" },
  "local.tee": { bytes: [0x22], takes: "local" },
  select: plain(0x1b),
  "i32.load": memory(0x28, 2),
  "i64.load": memory(0x29, 3),
  "f32.load": memory(0x2a, 2),
  "f64.load": memory(0x2b, 3),
  "i32.load8_u": memory(0x2d, 0),
  "i32.store": memory(0x36, 2),
  "i64.store": memory(0x37, 3),
  "f32.store": memory(0x38, 2),
  "f64.store": memory(0x39, 3),
  "i32.store8": memory(0x3a, 0),
  "i32.load16_u": memory(0x2f, 1),
  "i32.store16": memory(0x3b, 1),
  "i32.const": { bytes: [0x41], takes: "i32" },
  "i64.const": { bytes: [0x42], takes: "i32" },
  "f64.const": { bytes: [0x44], takes: "f64" },
  "i32.eqz": plain(0x45),
  "i32.eq": plain(0x46),
  "i32.ne": plain(0x47),
  "i32.lt_u": plain(0x49),
  "i32.gt_u": plain(0x4b),
  "i32.le_u": plain(0x4d),
  "i32.ge_u": plain(0x4f),
  "i64.eqz": plain(0x50),
  "i64.lt_s": plain(0x53),
  "i64.lt_u": plain(0x54),
  "i64.ge_u": plain(0x5a),
  "i32.ctz": plain(0x68),
  "i32.popcnt": plain(0x69),
  "i32.add": plain(0x6a),
  "i32.sub": plain(0x6b),
  "i32.mul": plain(0x6c),
  "i32.and": plain(0x71),
  "i32.or": plain(0x72),
  "i32.xor": plain(0x73),
  "i32.shl": plain(0x74),
  "i32.shr_u": plain(0x76),
  "i32.rotr": plain(0x78),
  "i64.clz": plain(0x79),
  "i64.add": plain(0x7c),
  "i64.sub": plain(0x7d),
  "i64.or": plain(0x84),
  "i64.xor": plain(0x85),
  "i64.shl": plain(0x86),
  "i64.shr_s": plain(0x87),
  "i64.shr_u": plain(0x88),
  "f64.add": plain(0xa0),
  "f64.sub": plain(0xa1),
  "f64.neg": plain(0x9a),
  "f64.mul": plain(0xa2),
  "f64.div": plain(0xa3),
  "f64.convert_i32_u": plain(0xb8),
  "i32.wrap_i64": plain(0xa7),
  "i64.extend_i32_u": plain(0xad),
  "f64.promote_f32": plain(0xbb),
  "v128.load": simd(0x00, "memory", 4),
  "v128.store": simd(0x0b, "memory", 4),
  "i8x16.shuffle": simd(0x0d, "lanes"),
  "i8x16.splat": simd(0x0f),
  "i32x4.splat": simd(0x11),
  "f64x2.splat": simd(0x14),
  "f64x2.extract_lane": simd(0x21, "lane"),
  "i8x16.eq": simd(0x23),
  "i32x4.eq": simd(0x37),
  "f64x2.le": simd(0x4b),
  "f64x2.ge": simd(0x4c),
  "v128.and": simd(0x4e),
  "v128.andnot": simd(0x4f),
  "v128.or": simd(0x50),
  "v128.xor": simd(0x51),
  "v128.bitselect": simd(0x52),
  "v128.load32_lane": simd(0x56, "memory and lane", 2),
  "v128.store64_lane": simd(0x5b, "memory and lane", 3),
  "v128.load32_zero": simd(0x5c, "memory", 2),
  "v128.load64_zero": simd(0x5d, "memory", 3),
  "f64x2.promote_low_f32x4": simd(0x5f),
  "i8x16.bitmask": simd(0x64),
  "i32x4.shl": simd(0xab),
  "i32x4.shr_u": simd(0xad),
  "f32x4.abs": simd(0xe0),
  "f32x4.add": simd(0xe4),
  "f32x4.mul": simd(0xe6),
  "f32x4.pmax": simd(0xeb),
  "f64x2.abs": simd(0xec),
  "i32x4.add": simd(0xae),
  "i32x4.sub": simd(0xb1),
  "i32x4.mul": simd(0xb5),
  "f64x2.add": simd(0xf0),
  "f64x2.sub": simd(0xf1),
  "f64x2.mul": simd(0xf2),
  "f64x2.pmax": simd(0xf7),
  "i32x4.trunc_sat_f64x2_s_zero": simd(0xfc),
};
