/** A document that says under which terms the files below `scope` stand. */
export interface DocumentPlace {
  /** The folder that it speaks for, relative to the source's root; empty for the root itself. */
  readonly scope: Buffer;
  /** The Debian package, when the path names one. */
  readonly packageName: string | null;
}

export interface PackageListPlace {
  /** The folder that the listed paths start from. */
  readonly scope: Buffer;
  readonly packageName: string;
  readonly kind: "list" | "md5sums";
}

const PACKAGE_DOCUMENT = /^(.*\/)?usr\/share\/doc\/([^/]+)\/copyright$/s;
const SOURCE_DOCUMENT = /^(.*\/)?debian\/copyright$/s;
const PACKAGE_LIST = /^(.*\/)?var\/lib\/dpkg\/info\/([^/:]+)(?::[^/:]+)?\.(list|md5sums)$/s;
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/; // Debian Policy 5.6.7

/**
 * Judges by the path alone: `usr/share/doc/<package>/copyright` of an installed or unpacked package speaks for the folder
 * that holds `usr`, `debian/copyright` of an unpacked source package for the folder that holds `debian`. `root` counts
 * as part of the path, so that adding `/usr` or an unpacked `usr/share` finds the documents too.
 */
export function documentPlace(root: string, path: Buffer): DocumentPlace | null {
  const full = fullPath(root, path);
  const installed = PACKAGE_DOCUMENT.exec(full);
  if (installed) {
    const name = installed[2] ?? "";
    return { scope: insideRoot(root, installed[1]), packageName: PACKAGE_NAME.test(name) ? name : null };
  }
  const source = SOURCE_DOCUMENT.exec(full);
  return source ? { scope: insideRoot(root, source[1]), packageName: null } : null;
}

/** dpkg's own lists of what a package owns. */
export function packageListPlace(root: string, path: Buffer): PackageListPlace | null {
  const found = PACKAGE_LIST.exec(fullPath(root, path));
  const name = found?.[2] ?? "";
  if (!found || !PACKAGE_NAME.test(name)) return null;
  return {
    scope: insideRoot(root, found[1]),
    packageName: name,
    kind: found[3] === "list" ? "list" : "md5sums",
  };
}

/** Latin-1: one character per byte, so that any name goes through a regular expression and back. */
function fullPath(root: string, path: Buffer): string {
  return `${rootPrefix(root)}${path.toString("latin1")}`;
}

/** What of `folder` lies below the root; empty when the root is inside it. */
function insideRoot(root: string, folder: string | undefined): Buffer {
  const prefix = rootPrefix(root);
  const inside = (folder ?? "").startsWith(prefix) ? (folder ?? "").slice(prefix.length) : "";
  return Buffer.from(inside.replace(/\/$/, ""), "latin1");
}

function rootPrefix(root: string): string {
  const bytes = Buffer.from(root).toString("latin1");
  return bytes.endsWith("/") ? bytes : `${bytes}/`;
}
