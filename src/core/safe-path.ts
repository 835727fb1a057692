/** Names that Windows keeps for devices, with or without an extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
const MAX_PATH_BYTES = 4096;

/**
 * Says why `path` may not stand in a manifest, or null when it may: relative, `/`-separated, NFC, no `.` or `..`,
 * no empty segment, no control character, no backslash, no drive or device name.
 */
export function unsafePathReason(path: string): string | null {
  if (path.length === 0) return "empty path";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return "path too long";
  if (!path.isWellFormed()) return "path is not valid Unicode";
  if (path.normalize("NFC") !== path) return "path is not NFC";
  if (path.startsWith("/")) return "absolute path";
  if (/^[a-z]:/i.test(path)) return "path with a drive name";
  if (path.includes("\\")) return "path with a backslash";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/[\u0000-\u001f\u007f]/.test(path)) return "path with a control character";
  for (const segment of path.split("/")) {
    if (segment === "") return "path with an empty segment";
    if (segment === "." || segment === "..") return `path with a "${segment}" segment`;
    if (DEVICE_NAME.test(segment)) return "path with a device name";
    if (segment.endsWith(" ") || segment.endsWith(".")) return "path segment that ends in a space or a dot";
  }
  return null;
}

/** True when `path` may stand in a manifest; see `unsafePathReason`. */
export function isSafePath(path: string): boolean {
  return unsafePathReason(path) === null;
}
