import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { didKeyFromPublicKey, publicKeyFromDidKey } from "./did-key.ts";
import { openSignedDocument, signDocument } from "./signed-document.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const did = didKeyFromPublicKey(publicKey);

test("a did:key of Ed25519 has 56 characters, starts with z6Mk and gives the key back", () => {
  for (let count = 0; count < 50; count += 1) {
    const key = generateKeyPairSync("ed25519").publicKey;
    const text = didKeyFromPublicKey(key);
    expect(text).toMatch(/^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/);
    expect(publicKeyFromDidKey(text)?.equals(key)).toBe(true);
  }
});

test("a known key has the identifier that the did:key method gives for it", () => {
  // Test vector of the did:key method: the key of RFC 8032, section 7.1, test 1.
  const raw = Buffer.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "hex");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  expect(didKeyFromPublicKey(key)).toBe("did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
});

test.each(["", "did:key:z", "did:web:example.org", "did:key:z6Mk0", `did:key:z${"1".repeat(47)}`])(
  "%j names no key",
  (text) => expect(publicKeyFromDidKey(text)).toBeNull(),
);

test("a signed document opens to what was signed", () => {
  const bytes = signDocument({ format: "x/1", n: 1, list: ["a"] }, did, privateKey);
  expect(openSignedDocument(bytes, 10_000)).toEqual({
    ok: true,
    signer: did,
    value: { format: "x/1", n: 1, list: ["a"], signer: did },
  });
});

test("any changed, added or missing byte is noticed", () => {
  const bytes = signDocument({ format: "x/1", text: "Größe", n: 12.5 }, did, privateKey);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      expect(openSignedDocument(flipped, 10_000).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
  expect(openSignedDocument(bytes.subarray(0, -1), 10_000).ok).toBe(false);
  expect(openSignedDocument(Buffer.concat([bytes, Buffer.from(" ")]), 10_000).ok).toBe(false);
  expect(openSignedDocument(bytes, 10).ok).toBe(false);
});

test.each([
  ["a number beyond a double", '{"a":1e999,"signature":"AA","signer":"x"}\n'],
  [
    "nesting beyond the stack",
    `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)},"signature":"AA","signer":"x"}\n`,
  ],
])("%s is refused and does not end the run", (_what, text) => {
  expect(openSignedDocument(Buffer.from(text), 1 << 20)).toMatchObject({ ok: false });
});
