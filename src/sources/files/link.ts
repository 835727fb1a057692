import { lstatSync, realpathSync } from "node:fs";
import { systemErrorCode } from "../../core/errors.ts";
import { pathText } from "./path-text.ts";

export interface LinkVerdict {
  readonly reason:
    | "folder-link"
    | "link-duplicate"
    | "link-outside"
    | "link-broken"
    | "link-loop"
    | "special-file";
  readonly detail: string;
  /** Where it leads, relative to the root, when that is inside. */
  readonly target?: Buffer;
}

/**
 * What a symbolic link below `root` leads to. A link is never read as a file of its own: what lies inside the root is
 * listed under its own name, and what lies outside was not given to us.
 */
export function judgeLink(root: Buffer, linkPath: Buffer): LinkVerdict {
  try {
    const target = realpathSync.native(linkPath, "buffer");
    const prefix = root.at(-1) === 0x2f ? root : Buffer.concat([root, Buffer.from("/")]);
    if (target.equals(root)) return { reason: "folder-link", detail: "to the folder itself" };
    if (!target.subarray(0, prefix.length).equals(prefix)) {
      return { reason: "link-outside", detail: "leads out of the folder" };
    }
    const inside = target.subarray(prefix.length);
    const detail = `to "${pathText(inside).text}"`;
    const stat = lstatSync(target);
    if (stat.isDirectory()) return { reason: "folder-link", detail, target: inside };
    if (!stat.isFile()) return { reason: "special-file", detail };
    return { reason: "link-duplicate", detail, target: inside };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ELOOP") return { reason: "link-loop", detail: "leads to itself" };
    return { reason: "link-broken", detail: `leads nowhere (${code ?? "unknown error"})` };
  }
}
