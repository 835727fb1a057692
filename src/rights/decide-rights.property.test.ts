import fc from "fast-check";
import { expect, test } from "vitest";
import { decideRights } from "./decide-rights.ts";
import { RIGHTS_REASONS, type RightsReason } from "./reason.ts";
import type { RightsStatement } from "./statement.ts";
import { LEVELS, said } from "./testing/statements.ts";

const day = fc.constantFrom(null, "2026-01-01", "2026-06-15", "2026-12-31");
const anyStatement = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    decision: fc.constantFrom("grant" as const, "grant" as const, "deny" as const, "none" as const),
    covers: fc.constantFrom(
      ["recording", "composition"] as const,
      ["recording"] as const,
      ["composition"] as const,
    ),
    territories: fc.constantFrom<string[]>([], [], ["US"], ["DE"], ["DE", "US"]),
    start: day,
    end: day,
    derive: fc.boolean(),
    date: fc.constantFrom("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
  })
  .map(({ level, decision, ...more }) =>
    said(level, decision, { ...more, derive: more.derive && decision === "grant" }),
  );
const anyStatements = fc.array(anyStatement, { maxLength: 6 });
const anyQuestion = fc.record({
  territory: fc.constantFrom("worldwide", "US", "DE"),
  requireComposition: fc.boolean(),
  day: fc.constantFrom("2026-01-01", "2026-06-15", "2027-01-01"),
});
const WANT_OF_GRANT: readonly RightsReason[] = [
  "no-statement",
  "recording-not-covered",
  "composition-not-covered",
  "other-territory",
  "not-yet-valid",
  "expired",
];

test("a denial never opens the gate, and never allows more", () => {
  fc.assert(
    fc.property(anyStatements, anyStatement, anyQuestion, (statements, one, question) => {
      const before = decideRights(statements, question);
      const after = decideRights([...statements, { ...one, decision: "deny", disseminate: false }], question);
      if (!before.disseminate) expect(after.disseminate).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("a doubt never opens the gate", () => {
  fc.assert(
    fc.property(anyStatements, anyStatement, anyQuestion, (statements, one, question) => {
      const doubt: RightsStatement = { ...one, decision: "none", disseminate: false, derive: false };
      if (decideRights(statements, question).disseminate) return;
      expect(decideRights([...statements, doubt], question).disseminate).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("removing statements never opens a track that was dark for want of a grant", () => {
  fc.assert(
    fc.property(anyStatements, fc.infiniteStream(fc.boolean()), anyQuestion, (statements, keep, question) => {
      const before = decideRights(statements, question);
      if (!WANT_OF_GRANT.includes(before.reason)) return;
      const some = statements.filter(() => keep.next().value);
      expect(decideRights(some, question).disseminate).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("without a grant in force for each right that is asked for the gate is shut", () => {
  fc.assert(
    fc.property(anyStatements, anyQuestion, (statements, question) => {
      const decision = decideRights(statements, question);
      if (!decision.disseminate) return;
      const inForce = statements.filter(
        ({ decision, territories, start, end }) =>
          decision === "grant" &&
          (territories.length === 0 || territories.includes(question.territory)) &&
          (start === null || start <= question.day) &&
          (end === null || question.day <= end),
      );
      expect(inForce.some(({ covers }) => covers.includes("recording"))).toBe(true);
      if (question.requireComposition) {
        expect(inForce.some(({ covers }) => covers.includes("composition"))).toBe(true);
      }
    }),
    { numRuns: 5000 },
  );
});

test("the order in which statements come does not matter, and the reason is one of the closed set", () => {
  fc.assert(
    fc.property(anyStatements, anyQuestion, (statements, question) => {
      const [a, b] = [decideRights(statements, question), decideRights(statements.toReversed(), question)];
      expect([b.disseminate, b.derive, b.reason]).toEqual([a.disseminate, a.derive, a.reason]);
      expect(Object.keys(RIGHTS_REASONS)).toContain(a.reason);
      expect(a.disseminate).toBe(a.reason.startsWith("granted-"));
      if (a.derive) expect(a.disseminate).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("dropping the demand for the composition never shuts the gate", () => {
  fc.assert(
    fc.property(anyStatements, anyQuestion, (statements, question) => {
      if (!decideRights(statements, { ...question, requireComposition: true }).disseminate) return;
      expect(decideRights(statements, { ...question, requireComposition: false }).disseminate).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
