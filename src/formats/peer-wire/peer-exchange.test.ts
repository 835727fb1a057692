import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePeerExchange, MAX_EXCHANGED, parsePeerExchange } from "./peer-exchange.ts";

const ipv4 = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join("."));
// Of groups of zeros the shorter form would come back.
const ipv6 = fc
  .array(fc.integer({ min: 1, max: 65_535 }), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(":"));
const peers = (host: fc.Arbitrary<string>) =>
  fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), { maxLength: 25 });

describe("peer exchange", () => {
  test("is written as BEP 11 has it", () => {
    const bytes = encodePeerExchange({
      added: [
        { host: "192.0.2.7", port: 6881 },
        { host: "2001:db8::7", port: 6882 },
      ],
      dropped: [{ host: "198.51.100.1", port: 1 }],
    });
    expect(bytes.toString("latin1")).toBe(
      "d5:added6:\xc0\x00\x02\x07\x1a\xe17:added.f1:\0" +
        "6:added618:\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x1a\xe28:added6.f1:\0" +
        "7:dropped6:\xc6\x33\x64\x01\x00\x018:dropped60:e",
    );
  });

  test("comes back as it was sent, IPv4 before IPv6", () => {
    fc.assert(
      fc.property(peers(ipv4), peers(ipv6), peers(ipv4), (added4, added6, dropped) => {
        const added = [...added4, ...added6];
        expect(parsePeerExchange(encodePeerExchange({ added, dropped }))).toEqual({ added, dropped });
      }),
    );
  });

  test("leaves out what has no compact form", () => {
    const added = ["peer.example", "1.2.3", "1.2.3.256", "::g", "fe80::1%eth0", ""].map((host) => ({
      host,
      port: 1,
    }));
    expect(parsePeerExchange(encodePeerExchange({ added, dropped: [{ host: "1.2.3.4", port: 0 }] }))).toEqual(
      {
        added: [],
        dropped: [],
      },
    );
  });

  test("is bounded on both sides", () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      host: `10.0.${index >> 8}.${index & 255}`,
      port: 9,
    }));
    expect(parsePeerExchange(encodePeerExchange({ added: many, dropped: many }))?.added).toHaveLength(
      MAX_EXCHANGED,
    );
    const flood = Buffer.concat([Buffer.from("d5:added6000:"), Buffer.alloc(6000, 1), Buffer.from("e")]);
    expect(parsePeerExchange(flood)?.added).toHaveLength(MAX_EXCHANGED);
    const bomb = Buffer.concat([Buffer.from("d5:added60000:"), Buffer.alloc(60_000, 1), Buffer.from("e")]);
    expect(parsePeerExchange(bomb)).toBeNull();
  });

  test("any bytes are read or refused, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parsePeerExchange(Buffer.from(bytes));
        expect(parsed === null || parsed.added.length <= 2 * MAX_EXCHANGED).toBe(true);
      }),
    );
  });
});
