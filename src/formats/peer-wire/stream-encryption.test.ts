import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rc4 } from "./rc4.ts";
import {
  EncryptionInitiator,
  EncryptionResponder,
  type EncryptionStep,
  PLAIN,
  RC4,
  torrentNumber,
} from "./stream-encryption.ts";

test.each([
  ["Key", "Plaintext", "bbf316e8d940af0ad3"],
  ["Wiki", "pedia", "1021bf0420"],
  ["Secret", "Attack at dawn", "45a01f645fc35b383552544b9bf5"],
])("RC4 of %s", (key, text, hex) => {
  const bytes = Buffer.from(text);
  new Rc4(Buffer.from(key), 0).apply(bytes);
  expect(bytes.toString("hex")).toBe(hex);
});

const infohash = Buffer.alloc(20, 7);
const initial = Buffer.from("what is said first");

type Done = Extract<EncryptionStep, { kind: "done" }>;

/** Lets both talk, each message in pieces of the given size, until both are done; throws what fails. */
function talk(ours: number, theirs: number, pieceBytes: number): readonly [Done, Done] {
  const caller = new EncryptionInitiator(infohash, ours, initial);
  const called = new EncryptionResponder(
    (number) => (number === torrentNumber(infohash) ? infohash : null),
    theirs,
  );
  let callerDone: Done | null = null;
  let calledDone: Done | null = null;
  let toCalled = caller.greeting;
  let toCaller = Buffer.alloc(0);
  for (let round = 0; round < 10_000 && !(callerDone && calledDone); round += 1) {
    if (!calledDone) {
      const step = called.push(toCalled.subarray(0, pieceBytes));
      toCalled = toCalled.subarray(pieceBytes);
      if (step.kind === "failed") throw new Error(step.reason);
      if (step.send) toCaller = Buffer.concat([toCaller, step.send]);
      if (step.kind === "done") calledDone = step;
    }
    if (callerDone || toCaller.length === 0) continue;
    const back = caller.push(toCaller.subarray(0, pieceBytes));
    toCaller = toCaller.subarray(pieceBytes);
    if (back.kind === "failed") throw new Error(back.reason);
    if (back.send) toCalled = Buffer.concat([toCalled, back.send]);
    if (back.kind === "done") callerDone = back;
  }
  if (!callerDone || !calledDone) throw new Error("no end");
  return [callerDone, calledDone];
}

describe("both sides agree", () => {
  test.each([1, 7, 100, 10_000])("in pieces of %i bytes", (pieceBytes) => {
    const [caller, called] = talk(RC4 | PLAIN, RC4 | PLAIN, pieceBytes);
    expect(called.infohash).toEqual(infohash);
    expect(called.rest.subarray(0, initial.length)).toEqual(initial);
    const [there, back] = [Buffer.from("there"), Buffer.from("and back")];
    caller.cipher?.encrypt(there);
    expect(there.toString()).not.toBe("there");
    called.cipher?.decrypt(there);
    called.cipher?.encrypt(back);
    caller.cipher?.decrypt(back);
    expect([there.toString(), back.toString()]).toEqual(["there", "and back"]);
  });

  test("on no encryption afterwards, when one side takes no other", () => {
    const [caller, called] = talk(RC4 | PLAIN, PLAIN, 64);
    expect([caller.cipher, called.cipher]).toEqual([null, null]);
  });

  test("on nothing, when they have no way in common", () => {
    expect(() => talk(PLAIN, RC4, 64)).toThrow("offers no way");
  });
});

describe("the side that was called refuses", () => {
  const responder = (): EncryptionResponder => new EncryptionResponder(() => null, RC4);

  test("a torrent that is not here", () => {
    const called = responder();
    const caller = new EncryptionInitiator(infohash, RC4, initial);
    const first = called.push(caller.greeting);
    const second = caller.push(first.kind === "more" && first.send ? first.send : Buffer.alloc(0));
    const third = called.push(second.kind === "more" && second.send ? second.send : Buffer.alloc(0));
    expect(third).toEqual({ kind: "failed", reason: "asks for a torrent that is not here" });
  });

  test.each([
    ["0", Buffer.alloc(96)],
    ["1", Buffer.concat([Buffer.alloc(95), Buffer.from([1])])],
    ["beyond the prime", Buffer.alloc(96, 0xff)],
  ])("the key %s", (_what, key) => {
    expect(responder().push(key)).toMatchObject({ kind: "failed" });
  });

  test("one that never comes to the point", () => {
    expect(responder().push(randomBytes(96 + 600))).toMatchObject({ kind: "failed" });
  });

  test("any bytes, without holding more than a handshake takes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), (chunks) => {
        const called = responder();
        for (const chunk of chunks) expect(called.push(Buffer.from(chunk)).kind).not.toBe("done");
      }),
      { numRuns: 200 },
    );
  });
});
