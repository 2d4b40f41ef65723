import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { sweepScript } from "../../../infra/fleet";
import { readSettings } from "../../../infra/settings/read";
import { hostsInState, keptAside } from "../../../tools/deploy/sweep";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";
import { type Outcome, runScript } from "./run-script";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sweep-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Sweeps this machine, with a `docker` command that is defined by the cases in `docker`. */
function sweep(docker: string): Outcome {
  useStack({ stack: "shop-staging", config: { ...smallestConfig, root: `${folder}/datadog` }, secrets: ["apiKey"] });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("the settings name no host");
  return runScript(sweepScript(host), docker);
}

function lay(...files: readonly string[]): void {
  for (const file of files) {
    fs.mkdirSync(path.dirname(`${folder}/datadog/${file}`), { recursive: true });
    fs.writeFileSync(`${folder}/datadog/${file}`, "");
  }
}

test("what an interrupted run created is removed: containers first, then the folders that they mount", () => {
  lay("generated/datadog/redisdb.d/redisdb.yaml", "secrets/dd-agent/0f/api_key", "templates/datadog-gen/0f/tags.tmpl");
  const own = "label=datadog-hosts.stack=shop-staging --filter label=datadog-hosts.host=web-1";
  const { status, stderr, docker } = sweep(
    [
      `*"--filter ${own} --filter label=datadog-hosts.role=agent") echo f00d ;;`,
      `*"--filter ${own} --filter label=datadog-hosts.role=filter") echo beef ;;`,
      '"rm --force --volumes f00d") log ;;',
      '"rm --force --volumes beef") log; touch $HERE/gone ;;',
      `*"{{.Mounts}}") [ -e $HERE/gone ] || echo ${folder}/datadog/generated ;;`,
    ].join("\n"),
  );
  expect({ status, stderr, docker }).toEqual({
    status: 0,
    stderr: "",
    docker: ["rm --force --volumes f00d", "rm --force --volumes beef"],
  });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("the user's own files and what another stack's containers mount stay", () => {
  lay("config/secrets/cart", "config/datadog-gen/0f/docker-gen.cfg", "generated/datadog/redisdb.d/redisdb.yaml");
  const { status } = sweep(`*"{{.Mounts}}") echo ${folder}/datadog/generated ;;`);
  expect(status).toBe(0);
  expect(fs.readdirSync(`${folder}/datadog`)).toEqual(["config", "generated"]);
  expect(fs.readdirSync(`${folder}/datadog/config`)).toEqual(["secrets"]);
});

test("containers of others that a repair has set aside are told", () => {
  const docker = `*"--filter name=^/?dd-agent[.]set-aside- --format {{.Names}}") echo dd-agent.set-aside-0123456789ab ;;`;
  const { status, stdout } = sweep(docker);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "dd-agent.set-aside-0123456789ab\n" });
  expect(keptAside({ name: "web-1" }, stdout)).toEqual([
    expect.stringMatching(
      /^Host web-1: the container dd-agent.set-aside-0123456789ab is .*: docker rm dd-agent.set-aside-/,
    ),
  ]);
  expect(keptAside({ name: "web-1" }, "")).toEqual([]);
});

test("only hosts with resources in the state are swept", () => {
  const urn = (name: string, parent = ""): string =>
    `urn:pulumi:shop-staging::datadog-hosts::${parent}datadog-hosts:index:MonitoredHost${parent === "" ? "" : "$x"}::${name}`;
  const resources = [
    urn("web-1"),
    "urn:pulumi:s::p::datadog-hosts:index:MonitoredHost$command:remote:Command::web-2-preflight",
  ];
  expect([...hostsInState({ deployment: { resources: resources.map((each) => ({ urn: each, type: "x" })) } })]).toEqual(
    ["web-2"],
  );
});
