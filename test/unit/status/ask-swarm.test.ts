import { describe, expect, test } from "vitest";

import { ProcessError } from "../../../tools/shared/run";
import { UsageError } from "../../../tools/shared/usage";
import type { askNodes, NodeAnswer } from "../../../tools/swarm/nodes";
import { askSwarm } from "../../../tools/status/ask-swarm";
import { reportHost } from "../../../tools/status/report";
import { containerId, hostAnswers, type ToldContainer } from "./host-answers";

const swarm = { managers: [], services: ["dd-agent", "datadog-gen"], integrations: ["redisdb"] };

const task = (number: number, name: string, role: string, more: Partial<ToldContainer> = {}): ToldContainer => ({
  id: containerId(number),
  name,
  labels: { "datadog-hosts.role": role, "datadog-hosts.stack": "s" },
  networks: { bridge: [], backend: [] },
  ...more,
});

const agent = task(1, "dd-agent.n1.t1", "agent", { health: "healthy", secondsUp: 50 });
const generator = task(2, "datadog-gen.n1.t2", "generator", { health: "healthy" });
const question = task(3, "datadog-question-5.n1.t3", "question");
const networks = `["backend",false,false]\n["ingress",true,true]\n`;

const report = (containers: readonly ToldContainer[], agentAnswers: Readonly<Record<string, string>> = {}) =>
  reportHost("web-1", {
    ...hostAnswers(7, { containers, agent: { "swarm-networks": networks, ...agentAnswers } }),
    isNode: true,
    integrations: ["redisdb"],
  });

describe("a node of a Swarm", () => {
  test("has its tasks in place of a host's containers; the one that asks is not shown", () => {
    const told = report([agent, generator, question]);
    expect(told).toMatchObject({ unknown: 0, containers: [] });
    // It is asked, and gives no answer here.
    expect(told.problems.join()).not.toMatch(/dd-agent|datadog-gen|is not there/);
  });

  test("counts the task that runs, not those before it", () => {
    const before = task(4, "dd-agent.n1.t0", "agent", { state: "exited", exitCode: 1, secondsUp: 10 });
    expect(report([before, agent, generator]).problems.join()).not.toContain("dd-agent");
    expect(report([before, generator]).problems).toContainEqual(
      "web-1: the agent's container dd-agent does not run (exited, exit code 1), so nothing is collected: docker service ps --no-trunc dd-agent on a manager says why",
    );
    expect(report([generator]).problems).toContainEqual(
      "web-1: the agent's container dd-agent is not there, so nothing is collected: docker service ps --no-trunc dd-agent on a manager says why",
    );
  });

  test("has an agent that can join networks of the Swarm, attachable or not, and no others", () => {
    const redis = (network: string, mode = network): ToldContainer => ({
      id: containerId(9),
      name: "cart",
      variables: ["SERVICE=redis"],
      networkMode: mode,
      networks: { [network]: ["10.0.0.3"] },
    });
    const rowOf = (cart: ToldContainer) => report([agent, generator, cart]).containers[0];
    expect(rowOf(redis("frontend"))).toMatchObject({
      reason: "no-shared-network",
      why: expect.stringContaining("the agent is a service, and can't join frontend") as string,
      fixes: [{ place: "container", line: "--network backend" }],
    });
    expect(rowOf(redis("host"))).toMatchObject({
      reason: "no-shared-network",
      fixes: [{ place: "container", line: "--network backend" }],
    });
    const closed = `["backend",false,false]\n["other",false,false]\n`;
    const [row] = report([agent, generator, redis("other")], { "swarm-networks": closed }).containers;
    expect(row?.fixes).toEqual([{ place: "stack", line: "datadog-hosts:networks: [backend, other]" }]);
  });
});

describe("the nodes of a Swarm", () => {
  const answering =
    (...answers: NodeAnswer[]): typeof askNodes =>
    () =>
      Promise.resolve({ names: answers.map(({ name }) => name), answers });

  test("have a report each; one that can't be asked says why, and that is no problem of the others", async () => {
    const ask = answering({ name: "web-1", problem: "the node is down." }, { name: "web-2", output: "" });
    const [first, second] = await askSwarm(swarm, { stack: "s", ask });
    expect(first).toMatchObject({ host: "web-1", reached: false, problems: ["web-1: the node is down."] });
    expect(second).toMatchObject({ host: "web-2", reached: false });
  });

  test("are asked for the containers of this program by their service", async () => {
    let asked = "";
    await askSwarm(swarm, {
      stack: "s",
      ask: (_, { script }) => {
        asked = script;
        return Promise.resolve({ names: [], answers: [] });
      },
    });
    expect(asked).toContain("agent=$(docker ps --quiet --filter 'label=com.docker.swarm.service.name=dd-agent' | ");
    expect(asked).toContain('docker exec "$agent" agent status --json');
    expect(asked).not.toContain("docker exec dd-agent");
  });

  test("have one report, on the Swarm, if no manager answers", async () => {
    const stderr = "The Swarm: none of its managers answers as one. Check them.\n  m (192.0.2.1): refused\n";
    const ask = () => Promise.reject(new ProcessError("failed", { status: 1, stdout: "", stderr }));
    const reports = await askSwarm(swarm, { stack: "s", ask });
    expect(reports).toMatchObject([
      { host: "the Swarm", reached: false, problems: [expect.stringMatching(/^the Swarm: none of .*refused/s)] },
    ]);
  });

  test("are named where an unknown one is asked for", async () => {
    const asked = askSwarm(swarm, { stack: "s", host: "db-1", ask: answering({ name: "web-1", output: "" }) });
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow("has no node db-1; its nodes are: web-1.");
  });
});
