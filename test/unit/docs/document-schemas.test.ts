import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { checkJsonSchema, renderJsonSchema, statusJsonSchema } from "../../../tools/docs/document-schemas";
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

/** The example of JSON on a page. */
function exampleOf(page: string): string {
  return /^## For scripts[\s\S]*?```json\n([\s\S]*?)```/m.exec(readFileSync(page, "utf8"))?.[1] ?? "";
}

/** A document with a mistake: what it is, and the text that has another in its place. */
type Mistake = readonly [what: string, right: RegExp, other: string];

const documents: readonly { command: string; json: string; wrong: readonly Mistake[] }[] = [
  {
    command: "render",
    json: renderJsonSchema(),
    wrong: [
      ["a fate that there is not", /"fate": "restarts"/, '"fate": "explodes"'],
      ["a change that there is not", /"change": "changed"/, '"change": "moved"'],
      ["an exit code that there is not", /"exitCode": 0/, '"exitCode": 1'],
      ["a host that is not said to be reached", /"reached": true,/, ""],
    ],
  },
  {
    command: "check",
    json: checkJsonSchema(),
    wrong: [
      ["a status that there is not", /"status": "OK"/, '"status": "FINE"'],
      ["a value that is no number", /"value": 3/, '"value": "3"'],
      ["an exit code that there is not", /"exitCode": 0/, '"exitCode": 2'],
      ["a run without its error", /"error": "",/, ""],
    ],
  },
];

describe.each(documents)("the schema of what make $command prints", ({ command, json, wrong }) => {
  const printed = z.fromJSONSchema(JSON.parse(json) as z.core.JSONSchema.JSONSchema);
  const example = exampleOf(`docs/${command}.md`);

  test("takes the example of its page, also with fields of a later version", () => {
    const whole = JSON.parse(example) as object;
    expect(printed.safeParse(whole).error).toBeUndefined();
    expect(printed.safeParse({ ...whole, more: 1 }).error).toBeUndefined();
  });

  test.each(wrong)("refuses %s", (_, right, other) => {
    expect(example).toMatch(right);
    expect(printed.safeParse(JSON.parse(example.replace(right, other))).success).toBe(false);
  });
});
