import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Announce, parseCompactPeers } from "./announce.ts";
import { announceUrl, parseAnnounceReply, parseScrapeReply, scrapeUrl } from "./http-tracker.ts";
import {
  encodeAnnounce,
  encodeConnect,
  encodeScrape,
  parseConnectReply,
  parseUdpAnnounceReply,
  parseUdpScrapeReply,
  transactionOf,
} from "./udp-tracker.ts";

const announce: Announce = {
  infohash: Buffer.from("00112233445566778899aabbccddeeff20253a7f", "hex"),
  peerId: Buffer.from("-DW0100-abcdefghijkl"),
  port: 6881,
  uploadedBytes: 1,
  downloadedBytes: 2,
  leftBytes: 0,
  event: "started",
  wantedPeers: 50,
  key: 0xdeadbeef,
};

describe("over HTTP", () => {
  test("the bytes of the infohash are escaped one by one", () => {
    const url = announceUrl("http://tracker.example/announce?passkey=1", announce);
    expect(url).toContain(
      "announce?passkey=1&info_hash=%00%11%22%33%44%55%66%77%88%99%aa%bb%cc%dd%ee%ff%20%25%3a%7f&",
    );
    expect(url).toContain("&left=0&compact=1&numwant=50&key=deadbeef&event=started");
  });

  test.each([
    ["http://t.example/announce", "http://t.example/scrape?info_hash=%01%01"],
    ["http://t.example/x/announce.php?k=1", "http://t.example/x/scrape.php?k=1&info_hash=%01%01"],
    ["http://t.example/a", null],
    ["http://t.example/announce/x", null],
  ])("the scrape of %s is %s", (tracker, expected) => {
    expect(scrapeUrl(tracker, [Buffer.alloc(2, 1)])).toBe(expected);
  });

  test("compact and listed peers are read, of both kinds of address", () => {
    const compact = Buffer.concat([
      Buffer.from("d8:completei3e10:incompletei1e8:intervali1800e5:peers12:"),
      Buffer.from("7f0000011ae1c00002070000", "hex"),
      Buffer.from("6:peers618:"),
      Buffer.from("20010db8000000000000000000000007" + "1ae1", "hex"),
      Buffer.from("e"),
    ]);
    expect(parseAnnounceReply(compact)).toEqual({
      ok: true,
      value: {
        intervalSeconds: 1800,
        seeders: 3,
        leechers: 1,
        peers: [
          { host: "127.0.0.1", port: 6881 },
          { host: "2001:db8::7", port: 6881 },
        ],
      },
    });
    const listed = "d8:intervali1e5:peersld2:ip9:192.0.2.74:porti6881eed2:ip1:x4:porti0eeee";
    expect(parseAnnounceReply(Buffer.from(listed))).toMatchObject({
      value: { intervalSeconds: 60, seeders: null, peers: [{ host: "192.0.2.7", port: 6881 }] },
    });
  });

  test.each([
    ["d14:failure reason8:not heree", "says no: not here"],
    ["<html>", "no bencode"],
    ["le", "no dictionary"],
  ])("%s is a no", (text, reason) => {
    const result = parseAnnounceReply(Buffer.from(text));
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("a scrape gives counts by infohash", () => {
    const reply = `d5:filesd20:${"a".repeat(20)}d8:completei5e10:downloadedi9e10:incompletei2eee1:xlee`;
    const key = Buffer.from("a".repeat(20)).toString("hex");
    expect(parseScrapeReply(Buffer.from(reply))).toEqual({
      ok: true,
      value: new Map([[key, { seeders: 5, leechers: 2, completed: 9 }]]),
    });
  });
});

describe("over UDP", () => {
  test("packets are as BEP 15 lays them out", () => {
    expect(encodeConnect(7).toString("hex")).toBe("00000417271019800000000000000007");
    const packet = encodeAnnounce(0x0102030405060708n, 9, announce);
    expect(packet).toHaveLength(98);
    expect(packet.subarray(0, 16).toString("hex")).toBe("01020304050607080000000100000009");
    expect(packet.subarray(56, 98).toString("hex")).toBe(
      "00000000000000020000000000000000000000000000000100000002" +
        "00000000" +
        "deadbeef" +
        "00000032" +
        "1ae1",
    );
    expect(encodeScrape(1n, 2, [Buffer.alloc(20, 5)])).toHaveLength(36);
  });

  test("replies are read", () => {
    const head = (action: number): string => `0000000${action}00000007`;
    expect(parseConnectReply(Buffer.from(`${head(0)}0102030405060708`, "hex"))).toEqual({
      ok: true,
      value: 0x0102030405060708n,
    });
    const reply = Buffer.from(`${head(1)}000007080000000200000003c00002071ae1`, "hex");
    expect(parseUdpAnnounceReply(reply, false)).toEqual({
      ok: true,
      value: { intervalSeconds: 1800, leechers: 2, seeders: 3, peers: [{ host: "192.0.2.7", port: 6881 }] },
    });
    expect(parseUdpScrapeReply(Buffer.from(`${head(2)}000000050000000900000002`, "hex"), 1)).toEqual({
      ok: true,
      value: [{ seeders: 5, completed: 9, leechers: 2 }],
    });
    const no = parseUdpAnnounceReply(Buffer.concat([Buffer.from(head(3), "hex"), Buffer.from("no")]), false);
    expect(no).toEqual({ ok: false, reason: "says no: no" });
  });
});

test("any bytes give a value or a reason", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (soup) => {
      const bytes = Buffer.from(soup);
      for (const result of [
        parseAnnounceReply(bytes),
        parseScrapeReply(bytes),
        parseConnectReply(bytes),
        parseUdpAnnounceReply(bytes, true),
        parseUdpScrapeReply(bytes, 3),
      ]) {
        if (!result.ok) expect(result.reason.length).toBeGreaterThan(0);
      }
      expect(parseCompactPeers(bytes, 4).length).toBeLessThanOrEqual(bytes.length / 6);
      expect(transactionOf(bytes) === null).toBe(bytes.length < 8);
    }),
    { numRuns: 2000 },
  );
});
