/**
 * The paths in a list of dpkg, relative to the folder that the package is unpacked in, as bytes. `list` has one absolute
 * path a line (folders too), `md5sums` 32 hexadecimal digits, two spaces and a relative path (deb-md5sums(5)).
 */
export function* packageListPaths(bytes: Buffer, kind: "list" | "md5sums"): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (kind === "list") {
      if (line.length > 1 && line[0] === 0x2f) yield line.subarray(1);
    } else if (
      line.length > MD5_PREFIX_LENGTH &&
      MD5_PREFIX.test(line.toString("latin1", 0, MD5_PREFIX_LENGTH))
    ) {
      yield line.subarray(MD5_PREFIX_LENGTH);
    }
  }
}

const MD5_PREFIX = /^[0-9a-f]{32} [ *]$/;
const MD5_PREFIX_LENGTH = 34;
