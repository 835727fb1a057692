import { describe, expect, test } from "vitest";
import { buildV1Info } from "./info-dictionary.ts";
import { buildTorrentFile } from "./torrent-file.ts";

const INFO = "d6:lengthi3e4:name1:n12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae";
const v1 = buildV1Info({
  name: "n",
  pieceLengthBytes: 16384,
  files: [{ path: ["n"], sizeBytes: 3 }],
  pieces: Buffer.alloc(20, 0x61),
  layout: "file",
});

describe("buildTorrentFile", () => {
  test("writes the info dictionary alone when there is nothing else to say", () => {
    expect(buildTorrentFile(v1).toString()).toBe(`d4:info${INFO}e`);
  });

  test("writes everything else around it, in the order of the keys", () => {
    const bytes = buildTorrentFile(v1, {
      announce: ["http://a", "udp://b"],
      urlList: ["http://w/"],
      comment: "c",
      createdBy: "p",
    });
    expect(bytes.toString()).toBe(
      "d8:announce8:http://a13:announce-listll8:http://ael7:udp://bee7:comment1:c10:created by1:p" +
        `4:info${INFO}8:url-listl9:http://w/ee`,
    );
  });

  test("one tracker needs no list", () => {
    expect(buildTorrentFile(v1, { announce: ["http://a"] }).toString()).toBe(
      `d8:announce8:http://a4:info${INFO}e`,
    );
  });

  test("a hybrid has piece layers, even when there are none", () => {
    const hybrid = { ...v1, pieceLayers: new Map<string, Buffer>() };
    expect(buildTorrentFile(hybrid).toString()).toBe(`d4:info${INFO}12:piece layersdee`);
  });

  test("writes piece layers under their roots as bytes, in order", () => {
    const pieceLayers = new Map([
      ["ff".repeat(32), Buffer.alloc(64, 0x62)],
      ["41".repeat(32), Buffer.alloc(64, 0x63)],
    ]);
    expect(buildTorrentFile({ ...v1, pieceLayers }).toString("latin1")).toBe(
      `d4:info${INFO}12:piece layersd32:${"A".repeat(32)}64:${"c".repeat(64)}32:${"\xff".repeat(32)}64:${"b".repeat(64)}ee`,
    );
  });
});
