import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../core/index.ts";
import { previewWork } from "./pack-preview.ts";
import { type PlannedTrack, remainingWork } from "./pack-work.ts";
import type { QuarantinedTrack, QuarantineReason } from "./quarantine.ts";
import { liveTracks, type ShardManifest } from "./shard-manifest.ts";

function planned(number: number, changes: Partial<PlannedTrack> = {}): PlannedTrack {
  return {
    id: BigInt(number),
    trackId: idOf(number),
    disposition: "original",
    gate: "open",
    accession: "a1",
    estimatedBytes: 1000,
    sourceBytes: 900,
    ...changes,
  };
}

function idOf(number: number): string {
  return String(number).padStart(13, "0");
}

function shard(
  number: number,
  tracks: readonly [track: number, disposition: "original" | "access-copy", accession?: string][],
): ShardManifest {
  return {
    format: "deadwax-shard/1",
    id: String(number).padStart(16, "0"),
    gate: "open",
    created: "2026-01-01T00:00:00Z",
    number,
    sizeBytes: 16_384,
    contentBytes: 8192,
    sha256: "0".repeat(64),
    pieceLengthBytes: 16_384,
    sha1Pieces: "",
    piecesRoot: "0".repeat(64),
    pieceLayer: "",
    index: { sizeBytes: 1, sha256: "0".repeat(64) },
    tracks: tracks.map(([track, disposition, accession = "a1"]) => ({
      track_id: idOf(track),
      accession,
      disposition,
    })),
    plan: "p-000000000000",
    recipe: "0".repeat(64),
    program: "deadwax",
    tools: {},
  };
}

function quarantined(number: number, reason: QuarantineReason, accession = "a1"): [string, QuarantinedTrack] {
  const track_id = idOf(number);
  return [track_id, { track_id, path: "x.ogg", accession, reason, detail: "", time: "" }];
}

describe("what is left of a plan", () => {
  test.each<[string, readonly ShardManifest[], "packed" | "anew" | "sealed"]>([
    ["nothing is sealed", [], "packed"],
    ["it is sealed as planned", [shard(1, [[7, "original"]])], "sealed"],
    ["it is sealed with another disposition", [shard(1, [[7, "access-copy"]])], "anew"],
    ["it is sealed from another accession", [shard(1, [[7, "original", "a0"]])], "anew"],
    [
      "it was sealed as planned before it was sealed otherwise",
      [shard(1, [[7, "original"]]), shard(2, [[7, "access-copy"]])],
      "sealed",
    ],
    ["another track is sealed", [shard(1, [[8, "original"]])], "packed"],
  ])("a track when %s", (_, shards, outcome) => {
    const work = remainingWork([planned(7)], shards, new Map());
    expect(work.open.length).toBe(outcome === "sealed" ? 0 : 1);
    expect(work.sealedTracks).toBe(outcome === "sealed" ? 1 : 0);
    expect(work.anew).toEqual(outcome === "anew" ? [idOf(7)] : []);
  });

  test.each<[QuarantineReason, string, boolean]>([
    ["ogg-damaged", "a1", false],
    ["ogg-damaged", "a0", true],
    ["changed-since-accession", "a1", true],
    ["engine-crashed", "a1", true],
    ["unreadable", "a1", true],
    ["truncated", "a1", false],
  ])("a track in quarantine for %s, of accession %s, is tried again: %s", (reason, accession, again) => {
    const work = remainingWork([planned(7)], [], new Map([quarantined(7, reason, accession)]));
    expect(work.open.length).toBe(again ? 1 : 0);
    expect(work.damaged.length).toBe(again ? 0 : 1);
  });

  test("is added up for a dry run", () => {
    const tracks = [
      planned(1),
      planned(2, { gate: "dark", disposition: "access-copy", estimatedBytes: 500 }),
      planned(3),
      planned(4),
    ];
    const work = remainingWork(
      tracks,
      [
        shard(1, [
          [3, "original"],
          [4, "access-copy"],
        ]),
      ],
      new Map([quarantined(1, "truncated")]),
    );
    const plan = { id: "p-1", policy: defaultPolicy() };
    const preview = previewWork(plan, work);
    expect(preview).toMatchObject({
      toPack: { original: { tracks: 1, bytes: 1000 }, "access-copy": { tracks: 1, bytes: 500 } },
      gates: { open: { tracks: 1 }, dark: { tracks: 1 } },
      shards: { count: 2, bytes: 2 * 4_194_304 },
      alreadySealed: 1,
      toPackAnew: 1,
      quarantined: 1,
    });
  });
});

describe("the entry that stands for a track", () => {
  const shards = [
    shard(1, [[7, "original"]]),
    shard(2, [[7, "access-copy"]]),
    shard(3, [[7, "original"]]),
    shard(4, [[7, "access-copy"]]),
  ];

  test.each<[string, readonly [string, string][], string]>([
    ["is the one sealed last", [], "0000000000000004"],
    ["is the last one that is as planned", [[idOf(7), "original"]], "0000000000000003"],
    ["is the last one when none is as planned", [[idOf(7), "metadata-only"]], "0000000000000004"],
  ])("%s", (_, plan, expected) => {
    expect(liveTracks(shards, new Map(plan)).get(idOf(7))?.shard).toBe(expected);
  });
});
