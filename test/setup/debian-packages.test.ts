import { expect, test } from "vitest";
import { installTools, type Machine, type Tool } from "./debian-packages.ts";

const tools: readonly Tool[] = [
  { debianPackage: "aria2", check: ["aria2c", "--version"] },
  { debianPackage: "libarchive-tools", check: ["bsdtar", "--version"] },
];

interface Situation {
  readonly present: readonly string[];
  readonly isRoot?: boolean;
  readonly sudo?: boolean;
  readonly apt?: boolean;
  /** apt-get install fails until apt-get update has run. */
  readonly staleLists?: boolean;
}

function machineIn(situation: Situation): Machine & { readonly commands: string[] } {
  const present = new Set(situation.present);
  const commands: string[] = [];
  let listsAreFresh = situation.staleLists !== true;
  return {
    commands,
    isRoot: situation.isRoot ?? false,
    say: () => {},
    succeeds(command) {
      const line = command.join(" ");
      if (line === "apt-get --version") return situation.apt ?? true;
      if (line === "sudo -n true") return situation.sudo ?? false;
      if (command.includes("update")) {
        commands.push(line);
        listsAreFresh = true;
        return true;
      }
      if (command.includes("install")) {
        commands.push(line);
        if (listsAreFresh) for (const tool of tools) present.add(tool.check[0]);
        return listsAreFresh;
      }
      return present.has(command[0] ?? "");
    },
  };
}

test("nothing is run when nothing is missing", () => {
  const machine = machineIn({ present: ["aria2c", "bsdtar"] });
  expect(installTools(tools, machine)).toEqual({ ok: true });
  expect(machine.commands).toEqual([]);
});

test("root installs only what is missing, without questions", () => {
  const machine = machineIn({ present: ["bsdtar"], isRoot: true });
  expect(installTools(tools, machine)).toEqual({ ok: true });
  expect(machine.commands).toEqual([
    "env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends aria2",
  ]);
});

test("the lists are updated once when the first try fails", () => {
  const machine = machineIn({ present: [], isRoot: true, staleLists: true });
  expect(installTools(tools, machine)).toEqual({ ok: true });
  expect(machine.commands.map((line) => / (install|update) /.exec(line)?.[1])).toEqual([
    "install",
    "update",
    "install",
  ]);
});

test("sudo is used when it asks no password", () => {
  const machine = machineIn({ present: [], sudo: true });
  expect(installTools(tools, machine)).toEqual({ ok: true });
  expect(machine.commands[0]).toMatch(/^sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install /);
});

test("without the right to install, the exact command is told", () => {
  const result = installTools(tools, machineIn({ present: ["aria2c"] }));
  expect(result).toEqual({
    ok: false,
    reason:
      "missing: libarchive-tools\nrun: sudo apt-get install --yes --quiet --no-install-recommends libarchive-tools",
  });
});

test("where there is no apt-get, the missing tools are named", () => {
  const result = installTools(tools, machineIn({ present: [], isRoot: true, apt: false }));
  expect(result).toMatchObject({ ok: false, reason: expect.stringContaining("aria2, libarchive-tools") });
});
