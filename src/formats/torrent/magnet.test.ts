import { expect, test } from "vitest";
import { magnetLink } from "./magnet.ts";

const infohashV1 = Buffer.alloc(20, 0xab);
const infohashV2 = Buffer.alloc(32, 0xcd);

test("a magnet link of a hybrid names both infohashes", () => {
  expect(magnetLink({ infohashV1, infohashV2 })).toBe(
    `magnet:?xt=urn:btih:${"ab".repeat(20)}&xt=urn:btmh:1220${"cd".repeat(32)}`,
  );
});

test("a magnet link of a v1 torrent names one, with everything that helps to find it", () => {
  const link = magnetLink({
    infohashV1,
    infohashV2: null,
    name: "Größe & mehr",
    sizeBytes: 12,
    announce: ["udp://t:1/announce"],
    urlList: ["https://w/?a=b&c"],
  });
  expect(link).toBe(
    `magnet:?xt=urn:btih:${"ab".repeat(20)}&dn=Gr%C3%B6%C3%9Fe%20%26%20mehr&xl=12` +
      "&tr=udp%3A%2F%2Ft%3A1%2Fannounce&ws=https%3A%2F%2Fw%2F%3Fa%3Db%26c",
  );
  expect(new URL(link).searchParams.get("ws")).toBe("https://w/?a=b&c");
});

test("a magnet link without an infohash is refused", () => {
  expect(() => magnetLink({ infohashV1: null, infohashV2: null })).toThrow(RangeError);
});
