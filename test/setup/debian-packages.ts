/** Other people's programs that the tests compare ours with: a command that succeeds when it is there. */
export interface Tool {
  readonly debianPackage: string;
  readonly check: readonly [program: string, ...argumentsOfIt: string[]];
}

export const TOOLS: readonly Tool[] = [
  // Debian's own interpreter: another python3 on the path does not see Debian's modules.
  { debianPackage: "python3-libtorrent", check: ["/usr/bin/python3", "-c", "import libtorrent"] },
  { debianPackage: "transmission-daemon", check: ["transmission-daemon", "--version"] },
  { debianPackage: "transmission-cli", check: ["transmission-cli", "--version"] },
  { debianPackage: "aria2", check: ["aria2c", "--version"] },
  { debianPackage: "opentracker", check: ["sh", "-c", "command -v opentracker"] },
  { debianPackage: "qbittorrent-nox", check: ["qbittorrent-nox", "--version"] },
  { debianPackage: "jq", check: ["jq", "--version"] },
  { debianPackage: "zstd", check: ["zstd", "--version"] },
  { debianPackage: "xz-utils", check: ["xz", "--version"] },
  { debianPackage: "bzip2", check: ["sh", "-c", "command -v bzip2"] },
  { debianPackage: "libarchive-tools", check: ["bsdtar", "--version"] },
  { debianPackage: "espeak-ng", check: ["espeak-ng", "--version"] },
  { debianPackage: "ffmpeg", check: ["ffmpeg", "-version"] },
  { debianPackage: "libxml2-utils", check: ["xmllint", "--version"] },
];

export interface Machine {
  /** Runs a program without a terminal; true when it succeeds. */
  readonly succeeds: (command: readonly string[]) => boolean;
  readonly isRoot: boolean;
  readonly say: (line: string) => void;
}

export type SetupResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Installs what is missing; says the exact command where it may not. */
export function installTools(tools: readonly Tool[], machine: Machine): SetupResult {
  const missing = tools.filter((tool) => !machine.succeeds(tool.check)).map((tool) => tool.debianPackage);
  if (missing.length === 0) return { ok: true };
  const install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", ...missing];
  if (!machine.succeeds(["apt-get", "--version"])) {
    return { ok: false, reason: `missing, and there is no apt-get here: install ${missing.join(", ")}` };
  }
  const prefix = elevation(machine);
  if (prefix === null) {
    return { ok: false, reason: `missing: ${missing.join(", ")}\nrun: sudo ${install.join(" ")}` };
  }
  const quietly = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive"];
  machine.say(`installing ${missing.join(", ")}`);
  // The lists may be missing or old: one update, and only when the first try fails.
  const installed =
    machine.succeeds([...quietly, ...install]) ||
    (machine.succeeds([...quietly, "apt-get", "update", "--quiet"]) &&
      machine.succeeds([...quietly, ...install]));
  const still = tools.filter((tool) => !machine.succeeds(tool.check)).map((tool) => tool.debianPackage);
  if (installed && still.length === 0) return { ok: true };
  return { ok: false, reason: `could not install ${still.join(", ")}\nrun: sudo ${install.join(" ")}` };
}

function elevation(machine: Machine): readonly string[] | null {
  if (machine.isRoot) return [];
  return machine.succeeds(["sudo", "-n", "true"]) ? ["sudo", "-n"] : null;
}
