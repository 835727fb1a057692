import { spawnSync } from "node:child_process";

/** Ends the bench with how to get what it compares against, when something is missing. */
export function requireTools(tools: Readonly<Record<string, string>>): void {
  const missing = Object.entries(tools).filter(
    ([tool]) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0,
  );
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, debianPackage]) => debianPackage))].join(" ");
  process.stderr.write(
    `missing: ${missing.map(([tool]) => tool).join(", ")}\nget them with: apt-get install -y ${packages}\n`,
  );
  process.exit(2);
}
