import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { StackState, StateResource } from "../../../tools/deploy/state";
import { compareSwarm, wholeSwarm, type SwarmLook } from "../../../tools/swarm/look";
import { swarmDriftReports, withSwarmDrift } from "../../../tools/status/swarm-drift";
import { formatReports } from "../../../tools/status/text";

const root = "datadog-hosts:index:WatchedSwarm$docker:index";

/** The inputs of a service in the golden graph of a Swarm. */
function goldenInputs(name: string): Record<string, unknown> {
  const file = join(__dirname, "..", "..", "golden", "graphs", "swarm.json");
  const graph = JSON.parse(readFileSync(file, "utf8")) as { urn: string; inputs: Record<string, unknown> }[];
  const found = graph.find(({ urn }) => urn === `${root}/service:Service::${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.inputs;
}

interface Inputs {
  readonly labels: readonly { label: string; value: string }[];
  readonly updateConfig: Readonly<Record<string, unknown>>;
  readonly taskSpec: Readonly<Record<string, unknown>> & {
    readonly containerSpec: Readonly<Record<string, unknown>> & {
      readonly env: Readonly<Record<string, string>>;
      readonly labels: readonly { label: string; value: string }[];
      readonly mounts: readonly Readonly<Record<string, unknown>>[];
    };
    readonly resources: { readonly limits: { readonly memoryBytes: number } };
  };
}

const labelsOf = (list: readonly { label: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(list.map(({ label, value }) => [label, value]));

/** A service as the engine describes it after it was made from these inputs. */
function engineOf(inputs: Inputs): Record<string, unknown> & { TaskTemplate: Record<string, unknown> } {
  const { containerSpec, resources } = inputs.taskSpec;
  const list = (key: string): Readonly<Record<string, unknown>>[] =>
    (containerSpec[key] ?? []) as Readonly<Record<string, unknown>>[];
  return {
    Labels: labelsOf(inputs.labels),
    UpdateConfig: { Parallelism: inputs.updateConfig["parallelism"], FailureAction: "rollback", Order: "stop-first" },
    TaskTemplate: {
      ContainerSpec: {
        Image: containerSpec["image"],
        Env: Object.entries(containerSpec.env).map(([name, value]) => `${name}=${value}`),
        Command: containerSpec["commands"],
        Args: containerSpec["args"],
        Labels: labelsOf(containerSpec.labels),
        Mounts: containerSpec.mounts.map(({ type, source, target, readOnly }) => ({
          Type: type,
          ...(source !== undefined && { Source: source }),
          Target: target,
          ...(readOnly === true && { ReadOnly: true }),
        })),
        Configs: list("configs").map(({ configId }) => ({ ConfigID: configId })),
        Secrets: list("secrets").map(({ secretId }) => ({ SecretID: secretId })),
      },
      Networks: ((inputs.taskSpec["networksAdvanceds"] ?? []) as { id: string }[]).map(({ id }) => ({ Target: id })),
      Resources: { Limits: { MemoryBytes: resources.limits.memoryBytes } },
      Placement: {},
    },
  };
}

const agent = goldenInputs("swarm-agent") as unknown as Inputs;
const engine = engineOf(agent);

const resource = (type: string, name: string, id: string, inputs: object): StateResource => ({
  urn: `urn:pulumi:s::p::${root}/${type}::${name}`,
  type: `docker:index/${type}`,
  id,
  inputs: inputs as Record<string, unknown>,
});

const state: StackState = {
  deployment: {
    resources: [
      resource("service:Service", "swarm-agent", "s1", agent),
      resource("serviceConfig:ServiceConfig", "swarm-generator-config", "c1", { name: "datadog-gen-config" }),
      resource("secret:Secret", "swarm-api-key", "k1", { name: "dd-agent-api-key-1" }),
      { ...resource("secret:Secret", "swarm-api-key", "k0", { name: "dd-agent-api-key-0" }), delete: true },
      resource("network:Network", "swarm-network-watched", "w1", { name: "watched" }),
    ],
  },
};

const nodes = "node n1 ready active web-1\nnode n2 down active web-2\n";
const objects = "config c1\nsecret k1\nnetwork w1\n";
const serviceLine = (specification: unknown, id = "s1"): string =>
  `service dd-agent ${id} ${JSON.stringify(specification)}\n`;
const running = "running dd-agent n1 running \nrunning dd-agent n2 running \n";

const look = (text: string): SwarmLook => compareSwarm(nodes + text, state);

/** The engine's description with another value at a path. */
function changed(path: readonly string[], value: unknown, from: unknown = engine): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const of = from as Record<string, unknown>;
  return { ...of, [key]: changed(rest, value, of[key]) };
}

describe("a look at a Swarm", () => {
  test("finds nothing where all is as the stack has made it", () => {
    expect(look(serviceLine(engine) + running + objects).findings).toEqual([]);
  });

  test("takes no offence at the digest that the provider has added to the image", () => {
    const image = ["TaskTemplate", "ContainerSpec", "Image"];
    const withDigest = changed(image, `${String(agent.taskSpec.containerSpec["image"])}@sha256:${"a".repeat(64)}`);
    expect(look(serviceLine(withDigest) + running + objects).findings).toEqual([]);
  });

  test.each([
    ["image", ["TaskTemplate", "ContainerSpec", "Image"], "other:1"],
    ["variables", ["TaskTemplate", "ContainerSpec", "Env"], ["A=1"]],
    ["command", ["TaskTemplate", "ContainerSpec", "Args"], ["x"]],
    ["mounts", ["TaskTemplate", "ContainerSpec", "Mounts"], []],
    ["configs", ["TaskTemplate", "ContainerSpec", "Configs"], [{ ConfigID: "c9" }]],
    ["secrets", ["TaskTemplate", "ContainerSpec", "Secrets"], []],
    ["networks", ["TaskTemplate", "Networks"], [{ Target: "x" }]],
    ["labels", ["Labels"], {}],
    ["labels", ["TaskTemplate", "ContainerSpec", "Labels"], {}],
    ["constraints", ["TaskTemplate", "Placement"], { Constraints: ["node.role == worker"] }],
    ["memory limit", ["TaskTemplate", "Resources"], {}],
    ["rules for updates", ["UpdateConfig", "FailureAction"], "pause"],
  ])("names the %s of a service that somebody has changed", (what, path, value) => {
    const [finding, ...further] = look(serviceLine(changed(path, value)) + running + objects).findings;
    expect(finding).toMatchObject({
      text: `the service dd-agent differs from the stack in its ${what}`,
      urn: expect.stringContaining("swarm-agent") as string,
    });
    expect(further).toEqual([]);
  });

  test.each([
    ["the service dd-agent is gone", objects],
    ["the service dd-agent is another one than the stack has made", serviceLine(engine, "s2") + running + objects],
    ["the config datadog-gen-config is gone", serviceLine(engine) + running + objects.replace("c1", "c2")],
    ["the secret dd-agent-api-key-1 is gone", serviceLine(engine) + running + objects.replace("k1", "k0")],
    ["the network watched is gone", serviceLine(engine) + running + objects.replace("w1", "w2")],
  ])("finds that %s", (text, lines) => {
    expect(look(lines).findings).toEqual([{ text, urn: expect.any(String) as string }]);
  });

  test.each([
    ["swarm-networks", "network", ["bridge", "backend"]],
    ["swarm-password-secrets", "secret", ["blog", "cart"]],
  ])("finds by %s that a %s is another one than the services use, to be read anew", (name, kind, names) => {
    const known = { ...resource("Command", name, "c1", { triggers: names }), outputs: { stdout: "x1\nx2\n" } };
    const resources = [...(state.deployment.resources ?? []), known];
    const lookFor = (id: string) =>
      compareSwarm(`${nodes}${serviceLine(engine)}${running}${objects}${kind} x1\n${kind} ${id}\n`, {
        deployment: { resources },
      }).findings;
    expect(lookFor("x2")).toEqual([]);
    expect(lookFor("x3")).toEqual([
      {
        text: `the ${kind} ${names[1] ?? ""} is gone, or another one than the services use`,
        urn: known.urn,
        anew: true,
      },
    ]);
  });

  test("finds nodes whose labels are not the tags of their agents, to be read anew", () => {
    const known = {
      ...resource("Command", "swarm-node-labels", "l1", { triggers: ["zone"] }),
      outputs: { stdout: 'label n0 zone "gone"\nlabel n1 zone "a"' },
    };
    const resources = [...(state.deployment.resources ?? []), known];
    const lookFor = (labels: string) =>
      compareSwarm(nodes + serviceLine(engine) + running + objects + labels, { deployment: { resources } }).findings;
    expect(lookFor('label n1 zone "a"\n')).toEqual([]);
    const finding = { text: "its labels are not the tags of its agent", urn: known.urn, anew: true };
    expect(lookFor('label n1 zone "b"\nlabel n2 zone "a"\n')).toEqual([
      { node: "web-1", ...finding },
      { node: "web-2", ...finding },
    ]);
  });

  test("finds a task that should run and does not, but none of a node that is down", () => {
    const tasks = "running dd-agent n1 pending no suitable\u001b node\nrunning dd-agent n2 pending \n";
    const found = look(serviceLine(engine) + tasks + objects);
    expect(found.findings).toEqual([
      {
        node: "web-1",
        text: "dd-agent does not run (pending: no suitable\\x1b node)",
        byHand: "docker service ps --no-trunc dd-agent on a manager says more.",
      },
    ]);
  });
});

describe("the reports of a look at a Swarm", () => {
  const found = look(objects + running.replace("n1 running", "n1 failed"));

  test("are on the Swarm, and on each node", () => {
    const reports = swarmDriftReports(found, "s");
    expect(reports.map(({ host, reached }) => [host, reached])).toEqual([
      [wholeSwarm, true],
      ["web-1", true],
      ["web-2", false],
    ]);
    expect(formatReports(reports, { about: "drift", width: 200 }).split("\n")).toEqual([
      "The Swarm: the service dd-agent is gone. make up STACK=s repairs it.",
      "Host web-1: dd-agent does not run (failed). docker service ps --no-trunc dd-agent on a manager says more.",
      "web-2: the node is down. Check the machine and its Docker engine, then ask again; if it has left the Swarm for good, run docker node rm n2 on a manager.",
    ]);
    expect(swarmDriftReports(found, "s", "web-1").map(({ host }) => host)).toEqual([wholeSwarm, "web-1"]);
  });

  test("go with those of its nodes", () => {
    const [node] = swarmDriftReports({ ...found, findings: [] }, "s", "web-1");
    if (node === undefined) throw new Error("no report");
    const [whole, first] = withSwarmDrift([node], found, "s");
    expect(whole?.drift).toHaveLength(1);
    expect(first?.drift).toHaveLength(1);
  });

  test("say once that no manager answers", () => {
    const silent: SwarmLook = { nodes: [], findings: [], problem: "none of its managers answers as one." };
    const reports = swarmDriftReports(silent, "s");
    expect(reports).toMatchObject([{ host: wholeSwarm, reached: false }]);
    expect(withSwarmDrift(reports, silent, "s")).toEqual(reports);
  });
});
