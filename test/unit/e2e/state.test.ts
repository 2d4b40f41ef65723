import { expect, test } from "vitest";

import { unfinished } from "../../e2e/support/state";

const resource = (name: string, more: object = {}) => ({ urn: `urn:pulumi:s::p::t::${name}`, type: "t", ...more });

test("what an up leaves to the next one is a replaced resource that is still there, or one that is incomplete", () => {
  const whole = [resource("files"), resource("agent", { delete: false, initErrors: [] })];
  expect(unfinished({ deployment: {} })).toEqual([]);
  expect(unfinished({ deployment: { resources: whole } })).toEqual([]);
  const left = [resource("replaced", { delete: true }), resource("incomplete", { initErrors: ["does not start"] })];
  expect(unfinished({ deployment: { resources: [...whole, ...left] } })).toEqual(left.map(({ urn }) => urn));
});
