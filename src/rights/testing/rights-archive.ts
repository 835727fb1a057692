import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestArchive, type TestArchive } from "../../catalogue/testing/catalogued.ts";
import { type Clock, silentReporter } from "../../core/index.ts";
import { buildRights, type RightsSummary } from "../build-rights.ts";
import { type DeclareRightsOptions, type DeclareRightsSummary, declareRights } from "../declare-rights.ts";
import { type Gate, type GateDecision, loadGate } from "../gate.ts";

/** An archive whose day a test chooses. */
export interface RightsArchive extends TestArchive {
  /** `YYYY-MM-DD`; each statement of a day is a second later than the one before. */
  setDay(day: string): void;
  buildRights(): Promise<RightsSummary>;
  declare(options: Omit<DeclareRightsOptions, "archive" | "clock">): Promise<DeclareRightsSummary>;
  loadGate(): Promise<Gate>;
  /** Computes the rights and asks the gate. */
  decide(trackId: bigint): Promise<GateDecision>;
  /** A file of evidence. */
  readonly letter: string;
}

export async function makeRightsArchive(): Promise<RightsArchive> {
  const plain = await makeTestArchive();
  const { archive } = plain;
  let time = Date.parse("2026-06-15T12:00:00Z");
  const clock: Clock = {
    now() {
      time += 1000;
      return new Date(time);
    },
  };
  const letter = join(archive.layout.root, "..", "letter.txt");
  writeFileSync(letter, "You may give copies of my music to anyone.\n");
  const build = (): Promise<RightsSummary> => buildRights({ archive, reporter: silentReporter, clock });
  const gate = (): Promise<Gate> => loadGate(archive, { clock });
  return {
    ...plain,
    letter,
    setDay(day) {
      time = Date.parse(`${day}T12:00:00Z`);
    },
    buildRights: build,
    declare: (options) => declareRights({ ...options, archive, clock }),
    loadGate: gate,
    async decide(trackId) {
      await build();
      return (await gate()).decide(trackId);
    },
  };
}
