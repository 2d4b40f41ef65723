import fc from "fast-check";
import { expect, test } from "vitest";

import { contains } from "../../e2e/support/secret-search";

const secret = fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 });
const around = fc.string({ unit: "grapheme", maxLength: 20 });

const forms: readonly (readonly [string, (text: string) => string])[] = [
  ["as it is", (text) => text],
  ["as JSON", (text) => JSON.stringify({ text })],
  ["as base64", (text) => Buffer.from(text).toString("base64")],
  ["as base64url", (text) => Buffer.from(text).toString("base64url")],
  ["as hex", (text) => Buffer.from(text).toString("hex")],
];

test.each(forms)("a secret is found %s, whatever stands around it", (_, encode) => {
  fc.assert(
    fc.property(around, secret, around, (before, text, after) => {
      expect(contains(encode(before + text + after), text)).toBe(true);
    }),
  );
});

test("a secret is found in an address", () => {
  expect(contains(`https://example/?key=${encodeURIComponent('a"b/c d')}`, 'a"b/c d')).toBe(true);
});

test("what is not there is not found", () => {
  const key = "5ec2e7a91b3d4f60718293a4b5c6d7e8";
  expect(contains(JSON.stringify({ key: "[secret]" }), key)).toBe(false);
  expect(contains(key.slice(1), key)).toBe(false);
  expect(contains(Buffer.from(key.slice(0, -1)).toString("base64"), key)).toBe(false);
});
