import { spawnSync } from "node:child_process";
import { installTools, type SetupResult, TOOLS } from "./debian-packages.ts";

/** Makes sure that the tools which the tests compare with are installed on this machine. */
export function installOnThisMachine(): SetupResult {
  return installTools(TOOLS, {
    isRoot: process.getuid?.() === 0,
    say: (line) => console.error(line),
    succeeds: ([program = "", ...rest]) => {
      const result = spawnSync(program, rest, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
      // `check` commands fail quietly; an installation that fails tells why.
      if (result.status !== 0 && rest.includes("install")) console.error(result.stderr?.trim());
      return result.status === 0;
    },
  });
}
