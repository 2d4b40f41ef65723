import { expect, test } from "vitest";

import { waitsForLostReplacement } from "../../../tools/deploy/stall";

const step = (event: string, op: string, name: string): string =>
  JSON.stringify({ [event]: { metadata: { op, urn: `urn:pulumi:shop::datadog-hosts::docker::${name}` } } });

const lost = [
  step("resourcePreEvent", "delete-replaced", "web-1-agent"),
  step("resOpFailedEvent", "delete-replaced", "web-1-agent"),
];

test("a run whose old container could not be removed waits forever", () => {
  expect(waitsForLostReplacement(lost.join("\n"))).toBe(true);
  expect(waitsForLostReplacement([step("resourcePreEvent", "replace", "web-1-agent"), ...lost, "{"].join("\n"))).toBe(
    true,
  );
});

test("not while another step runs", () => {
  const begun = [...lost, step("resourcePreEvent", "create", "web-2-agent")];
  expect(waitsForLostReplacement(begun.join("\n"))).toBe(false);
  expect(waitsForLostReplacement([...begun, step("resOutputsEvent", "create", "web-2-agent")].join("\n"))).toBe(true);
  expect(waitsForLostReplacement([...begun, step("resOpFailedEvent", "create", "web-2-agent")].join("\n"))).toBe(true);
});

test("not after other failures, which Pulumi reports to the program", () => {
  expect(waitsForLostReplacement(step("resOpFailedEvent", "update", "web-1-preflight"))).toBe(false);
  expect(waitsForLostReplacement("")).toBe(false);
});
