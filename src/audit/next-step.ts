import { join } from "node:path";
import type { ArchiveStatus } from "./archive-status.ts";

/** What a person would do next with an archive, and why. */
export interface NextStep {
  readonly command: string;
  readonly why: string;
}

/** The first stage that has something to do. */
export function nextStep(status: Omit<ArchiveStatus, "next">): NextStep {
  const { sources, catalogue, rights, plan, packed, releases } = status;
  if (sources.accessions === 0)
    return { command: "deadwax source add audio FOLDER", why: "the archive has no source yet" };
  if (!catalogue?.isCurrent) {
    const why = catalogue
      ? "there are accessions that the catalogue does not hold"
      : "there is no catalogue yet";
    return { command: "deadwax catalogue build", why };
  }
  if (!rights?.isCurrent) {
    return {
      command: "deadwax rights build",
      why: rights ? "the catalogue has changed since" : "nobody has looked at the rights yet",
    };
  }
  if (!plan?.isCurrent) {
    return {
      command: "deadwax plan",
      why: plan ? "the catalogue or the rights have changed since" : "there is no plan yet",
    };
  }
  if (packed.waiting > 0) {
    return { command: "deadwax pack", why: `${packed.waiting} tracks that the plan keeps are not packed` };
  }
  if (releases.unfinished.length > 0) {
    return {
      command: "deadwax release create",
      why: `the release "${releases.unfinished[0]}" was left unfinished`,
    };
  }
  if (rights.open === 0) {
    return {
      command: "deadwax rights report",
      why: "no track may be released: see why, and declare the rights that you hold",
    };
  }
  if (!releases.isCurrent) {
    const why = releases.latest
      ? "something has changed since the latest release"
      : "nothing is released yet";
    return { command: "deadwax release create", why };
  }
  const folder = join(status.archive.root, "releases", releases.latest?.name ?? "");
  return { command: `deadwax release verify "${folder}"`, why: "everything is done: check what went out" };
}
