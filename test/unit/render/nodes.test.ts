import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readSettings, type SwarmSettings } from "../../../infra/settings";
import { renderNodes, type HostRendering } from "../../../tools/render";
import { ProcessError } from "../../../tools/shared/run";
import { UsageError } from "../../../tools/shared/usage";
import type { askNodes } from "../../../tools/swarm/nodes";
import { useStack } from "../../golden/graph";
import { swarmConfig } from "../infra/fixtures";

let here: string;

beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), "render-nodes-"));
  mkdirSync(join(here, "configs", "redisdb.d"), { recursive: true });
});
afterEach(() => rmSync(here, { recursive: true }));

function settings(): SwarmSettings {
  useStack({ stack: "store-staging", config: swarmConfig });
  const { swarm } = readSettings();
  if (swarm === undefined) throw new Error("no Swarm");
  return swarm;
}

const id = "ab".repeat(32);
const config = (tag: string): string =>
  `# "redisdb" for container "cart"\ninstances:\n  - host: 10.0.0.3\n    port: 6379\n    password: sesame-open-4711\n    tags: [${tag}]\n`;

function program(name: string, text: string): void {
  writeFileSync(join(here, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(here, name), 0o755);
}

/** A node whose generator has published a config, and whose docker-gen renders another one. */
function useNode({ generator = "generator-id", dockerGen }: { generator?: string; dockerGen?: string } = {}): void {
  writeFileSync(join(here, "configs", "redisdb.d", `${id}.yaml`), config("project:cart"));
  writeFileSync(join(here, "draft"), `#!file redisdb.d/${id}.yaml\n${config("project:shop")}#!end\n`);
  program(
    "docker",
    `case "$*" in
ps*datadog-gen*) echo "${generator}" ;;
ps*) echo agent-id ;;
"exec generator-id tar -c -f - -C /generated/datadog .") tar -c -f - -C '${here}/configs' . ;;
"exec --interactive --env DOCKER_HOST=unix:///node"*"docker.sock job-id sh -s") exec sh -s ;;
*) echo "unexpected: $*" >&2; exit 1 ;;
esac`,
  );
  program(
    "docker-gen",
    dockerGen ??
      `case $1 in "bundle.tmpl;"*";replaced.tmpl") grep -q password-of logins.tmpl replaced.tmpl && cat '${here}/draft' ;; esac`,
  );
}

/** Runs the script of the job on this machine, as the only node. */
const ask: typeof askNodes = (_, { script }) => {
  const env = { PATH: `${here}:${process.env["PATH"] ?? ""}`, HOSTNAME: "job-id" };
  const output = execFileSync("/bin/sh", ["-s"], { input: script, env, encoding: "utf8" });
  return Promise.resolve({ names: ["web-1"], answers: [{ name: "web-1", output }] });
};

async function render(options: { node?: string; asking?: typeof askNodes } = {}): Promise<HostRendering[]> {
  const { node, asking = ask } = options;
  const fates = new Map([["the Swarm", [{ name: "datadog-gen", fate: "restarts" as const }]]]);
  return renderNodes(settings(), { stack: "store-staging", node, fates, ask: asking });
}

test("a node is rendered in the job's container, and compared with what its generator has published", async () => {
  useNode();
  const [found, ...others] = await render();
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    ...{ host: "web-1", reached: true, problem: "", remarks: [] },
    containers: [{ name: "datadog-gen", fate: "restarts" }],
    instances: [
      {
        change: "changed",
        container: "cart",
        settings: [{ key: "tags", added: ["project:shop"], removed: ["project:cart"] }],
      },
    ],
  });
  expect(JSON.stringify(found)).not.toContain("sesame");
});

test.each([
  ["has no generator", { generator: "" }, "its configs can't be read (the generator does not run there)"],
  [
    "has a docker-gen that fails",
    { dockerGen: "echo 'no engine' >&2; exit 1" },
    "docker-gen can't render its configs (no engine)",
  ],
])("a node that %s has a line that says so", async (_, node, problem) => {
  useNode(node);
  expect(await render()).toMatchObject([{ reached: false, problem: expect.stringContaining(problem) as string }]);
});

test("a node that can't be asked, a Swarm without a manager, and an unknown node are told", async () => {
  const down: typeof askNodes = () =>
    Promise.resolve({ names: ["web-1"], answers: [{ name: "web-1", problem: "the node is down." }] });
  expect(await render({ asking: down })).toMatchObject([
    { host: "web-1", reached: false, problem: "the node is down." },
  ]);
  await expect(render({ asking: down, node: "web-2" })).rejects.toThrow(UsageError);
  const silent: typeof askNodes = () => Promise.reject(new ProcessError("The Swarm: not done after 60 s."));
  expect(await render({ asking: silent })).toMatchObject([
    {
      host: "the Swarm",
      reached: false,
      problem: expect.stringContaining("no manager has answered within 60 s") as string,
    },
  ]);
});
