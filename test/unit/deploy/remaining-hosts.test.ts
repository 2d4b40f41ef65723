import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { describeRemainingHosts } from "../../../tools/deploy/remaining-hosts";
import { hostNames } from "../../../tools/deploy/stack-file";
import type { StackState } from "../../../tools/deploy/state";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "remaining-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const component = "datadog-hosts:index:MonitoredHost";
const command = "command:remote:Command";
const state: StackState = {
  deployment: {
    resources: ["web-1", "web-2", "web-3", "old"].flatMap((name) => [
      { urn: `urn:pulumi:shop::datadog-hosts::${component}::${name}`, type: component },
      { urn: `urn:pulumi:shop::datadog-hosts::${component}$${command}::${name}-files`, type: command },
    ]),
  },
};

const listedIn = (text: string): ReturnType<typeof hostNames> => {
  fs.writeFileSync(`${folder}/Pulumi.shop.yaml`, text);
  return hostNames(folder, "shop");
};

test("a host that a failed up has not removed is reported; one that failed itself, or was renamed, is not", () => {
  const listed = listedIn(
    "config:\n  datadog-hosts:hosts:\n    - name: web-1\n    - {name: new, formerNames: [old]}\n",
  );
  expect(describeRemainingHosts("shop", state, { listed, failed: new Set(["web-3"]) })).toEqual([
    "Host web-2: the stack no longer lists it, but it is still monitored, since this up ended before it was removed. The next make up STACK=shop that succeeds removes it.",
  ]);
});

test("nothing is reported if the hosts are not known", () => {
  for (const text of ["", "config: 5", "config:\n  datadog-hosts:hosts: web-1", "config:\n  datadog-hosts:hosts: []"]) {
    const listed = listedIn(text);
    expect(listed).toBeUndefined();
    expect(describeRemainingHosts("shop", state, { listed, failed: new Set() })).toEqual([]);
  }
  expect(describeRemainingHosts("shop", undefined, { listed: new Set(), failed: new Set() })).toEqual([]);
});
