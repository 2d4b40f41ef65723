import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { completionScript } from "../../../infra/fleet/completion";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";
import { type Outcome, runScript } from "./run-script";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "completion-"));
  for (const folder of ["old", "new"]) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Completes a takeover of a canary with a running old agent. Returns the remaining folders too. */
function complete(agent: { readonly health: string; readonly collects: boolean }): Outcome & { folders: string[] } {
  useStack({ stack: "store-staging", config: { ...smallestConfig, adopt: true } });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("the settings name no host");
  const docker = [
    "*label=*) echo new-agent ;;",
    'ps*) [ -e "$HERE/gone" ] || echo old ;;',
    "*'{{.Name}}'*new-agent) echo /dd-agent ;;",
    "*'{{.Name}}'*new-generator) echo /datadog-gen ;;",
    "*.State.Status*) printf '%s running 0 2026-01-01T00:00:00Z\\n' new-agent new-generator ;;",
    `*RestartCount*) echo '${agent.health}' ;;`,
    "*.Health.Log*) ;;",
    "*.Config.Image*) echo 'old true /dd-agent.before-takeover image:1 stack= host= []' ;;",
    "logs*) echo 'last words' ;;",
    `exec*) call=exec; log; exit ${agent.collects ? 0 : 1} ;;`,
    'rm*) log; touch "$HERE/gone" ;;',
    "*) log ;;",
  ];
  const args = { inUse: [join(root, "new")], configs: { folder: root, listed: [], unlisted: [] }, isCanary: true };
  const script = completionScript(host, { ids: { agent: "new-agent", generator: "new-generator" }, ...args });
  return { ...runScript(script, docker.join("\n")), folders: readdirSync(root).sort() };
}

test("old containers are removed first, then the canary is checked, then old files are removed", () => {
  const { status, stderr, docker, folders } = complete({ health: "0 healthy", collects: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(docker.map((call) => call.split(" ")[0])).toEqual(["stop", "rm", "exec"]);
  expect(folders).toEqual(["new"]);
});

test("after a failed takeover, nothing else is done", () => {
  const { status, stderr, docker, folders } = complete({ health: "0 unhealthy", collects: true });
  expect(status).toBe(1);
  expect(stderr).toContain("the old containers run again");
  expect(docker.at(-1)).toBe("start old");
  expect(folders).toEqual(["new", "old"]);
});
