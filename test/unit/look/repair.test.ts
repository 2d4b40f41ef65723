import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { scriptText } from "../../../infra/shell";
import type { StackState } from "../../../tools/deploy/state";
import type { ExpectedHost } from "../../../tools/look/expected";
import { isRepaired, repairHost, type RepairedHost } from "../../../tools/look/repair";
import type { Finding } from "../../../tools/look/finding";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "repair-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Repairs a host that is this machine, without containers. */
function repair(findings: readonly Finding[], files = ""): Promise<RepairedHost> {
  const host: ExpectedHost = {
    ...{ name: "web-1", stack: "shop-staging", address: "192.0.2.10", ssh: "sh -c", root },
    ...{ containers: [], images: [], lacking: [], manifests: undefined, scripts: ["files"], configs: [] },
  };
  const urn = "urn:pulumi:shop-staging::datadog-hosts::datadog-hosts:index:MonitoredHost$command::web-1-files";
  const state = { deployment: { resources: [{ urn, inputs: { stdin: files } }] } } as unknown as StackState;
  return repairHost({ host, findings, problem: undefined }, () => Promise.resolve(state));
}

test("a step that fails is told, keeps no other from its turn, and only its own finding counts as left", async () => {
  const findings: Finding[] = ["false", `touch '${root}/done'`].map((line) => ({
    text: line,
    repair: { done: "corrected", after: [line] },
  }));
  const repaired = await repair(findings);
  expect(repaired.failures).toHaveLength(1);
  expect(findings.map((finding) => isRepaired(finding, repaired))).toEqual([false, true]);
  expect(existsSync(join(root, "done"))).toBe(true);
});

test("what a host says is in English, by which failures are told apart", async () => {
  vi.stubEnv("LC_ALL", "de_DE.UTF-8");
  const { failures } = await repair([{ text: "gone", repair: { after: ['echo "in $LC_ALL" >&2; false'] } }]);
  vi.unstubAllEnvs();
  expect(failures).toEqual([expect.stringContaining("in C")]);
});

test("a file in the place of a folder is set aside, and its new name is told", async () => {
  writeFileSync(join(root, "generated"), "mine");
  const script = scriptText({ files: ["files"], calls: [["lay_down", join(root, "generated"), "one", "text"]] });
  const { moved, failures } = await repair([{ text: "gone", repair: { scripts: ["files"] } }], script);
  expect(failures).toEqual([]);
  const [, aside = ""] = /^the file \S+\/generated was set aside as (\S+)$/.exec(moved.join()) ?? [];
  expect(readFileSync(aside, "utf8")).toBe("mine");
});
