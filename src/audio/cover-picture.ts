/** Larger covers are made smaller: a copy of three minutes at 75 kbps is 1.7 MB. */
export const MAX_COVER_BYTES = 65_536;

const FRONT_COVER = 3;
const MAGICS: readonly (readonly [mime: string, hex: string])[] = [
  ["image/jpeg", "ffd8ff"],
  ["image/png", "89504e47"],
  ["image/gif", "47494638"],
  ["image/webp", "52494646"],
];

/** The picture structure of FLAC (RFC 9639, 8.8) for a front cover, as `METADATA_BLOCK_PICTURE` holds it in base64. */
export function pictureBlock(image: Uint8Array): Buffer {
  const mime = Buffer.from(mimeOf(image), "latin1");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(FRONT_COVER, 0);
  head.writeUInt32BE(mime.length, 4);
  // No description; width, height, depth and number of colours unknown: zero says so.
  const rest = Buffer.alloc(4 + 4 * 4 + 4);
  rest.writeUInt32BE(image.length, 20);
  return Buffer.concat([head, mime, rest, image]);
}

/** By the first bytes: what a file says of its own pictures is often wrong. */
export function mimeOf(image: Uint8Array): string {
  const start = Buffer.from(image.subarray(0, 4)).toString("hex");
  return MAGICS.find(([, hex]) => start.startsWith(hex))?.[0] ?? "image/";
}
