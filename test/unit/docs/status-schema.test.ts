import { expect, test } from "vitest";
import { z } from "zod";

import { statusJsonSchema } from "../../../tools/docs/status-schema";
import { reasons } from "../../../tools/status/schema";

const text = statusJsonSchema();
const schema = z.fromJSONSchema(JSON.parse(text) as z.core.JSONSchema.JSONSchema);
const host = {
  host: "web-1",
  reached: true,
  instances: [],
  containers: [],
  unknown: 0,
  problems: [],
  remarks: [],
  drift: [{ text: "x is gone", remedy: "make up repairs it." }],
};
const document = { stack: "shop-staging", exitCode: 1, hosts: [host] };

test("takes a document, also one with fields of a later version", () => {
  expect(schema.safeParse(document).error).toBeUndefined();
  expect(schema.safeParse({ ...document, more: 1, hosts: [{ ...host, more: 1 }] }).error).toBeUndefined();
});

test.each([
  ["an exit code that there is not", { ...document, exitCode: 4 }],
  ["a host without its drift", { ...document, hosts: [{ ...host, drift: undefined }] }],
  ["a count that is no number", { ...document, hosts: [{ ...host, unknown: "2" }] }],
])("refuses %s", (_, other) => {
  expect(schema.safeParse(JSON.parse(JSON.stringify(other))).success).toBe(false);
});

test("says what each reason means", () => {
  for (const [reason, meaning] of Object.entries(reasons)) expect(text).toContain(`${reason}: ${meaning}`);
});
