import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { scriptText } from "../../../infra/shell";
import { nodeTagsTemplate } from "../../../infra/swarm/node-labels";
import { createTestHost, type TestHost } from "../../../sandbox/host";
import { nodesQuestion, readSwarmView } from "../../../tools/init/swarm-nodes";
import type { Question } from "../../../tools/shared/questions";
import { waitFor } from "../../../tools/shared/wait";
import { closedNetworks, serviceLabelRemarks, swarmQuestions } from "../../../tools/status/swarm";

let host: TestHost;

beforeAll(async () => {
  host = await createTestHost({ name: "swarm-questions", owner: "contract-swarm" });
});

afterAll(async () => {
  await host.destroy();
});

/** The answer to a question, as the user who deploys gets it. */
async function answerTo(question: Question | undefined): Promise<string> {
  return (await host.ssh("sh -s", { input: question?.command ?? "exit 1" })).stdout;
}

const ask = (name: string): Promise<string> => answerTo(swarmQuestions.find((question) => question.name === name));

describe("the questions about a Swarm", () => {
  test("have empty answers on a host that belongs to none", async () => {
    expect(readSwarmView(await answerTo(nodesQuestion))).toEqual({ ownId: "", nodes: [] });
    expect(serviceLabelRemarks(await ask("services"))).toEqual([]);
    expect([...closedNetworks(await ask("swarm-networks"))]).toEqual([]);
  });

  test("find nodes, services' labels that reach no container, and networks that no container can join", async () => {
    await host.run(`docker swarm init --advertise-addr ${host.address}`);
    await host.run("docker network create --driver overlay closed");
    await host.run("docker network create --driver overlay --attachable open");
    const service = "docker service create --detach --no-resolve-image --network closed";
    await host.run(`${service} --name lost --label datadog-hosts.service=redis --label other=1 no-such-image:1`);
    await host.run(
      `${service} --name found --label datadog-hosts.service=redis --container-label datadog-hosts.service=redis no-such-image:1`,
    );
    const { ownId, nodes } = readSwarmView(await answerTo(nodesQuestion));
    expect(nodes).toEqual([{ id: ownId, name: (await host.run("hostname")).stdout.trim(), address: host.address }]);
    const [remark, ...further] = serviceLabelRemarks(await ask("services"));
    expect(remark).toContain("the service lost has datadog-hosts.service in deploy.labels");
    expect(further).toEqual([]);
    expect([...closedNetworks(await ask("swarm-networks"))].sort()).toEqual(["closed", "ingress"]);
  });
});

test("the labels of a node become tags in the variables of its tasks", async () => {
  const id = (await host.run("docker info --format '{{.Swarm.NodeID}}'")).stdout.trim();
  await host.run(`docker node update --label-add 'zone=A "b' --label-add other=x ${id}`);
  const input = scriptText({ files: ["swarm-labels"], calls: [["node_labels", "zone", "rack"]] });
  const labels = (await host.ssh("sh -s", { input })).stdout;
  expect(labels).toBe(`label ${id} zone "A \\"b"\n`);
  const tags = nodeTagsTemplate(`${labels}label other zone "c"`);
  await host.run("touch /tmp/program && tar -c -C /tmp program | docker import - tiny:1");
  await host.run(
    `docker service create --detach --no-resolve-image --restart-condition none --name tagged --env 'DD_TAGS=stack:s${tags}' tiny:1 /program`,
  );
  const filter = "--filter label=com.docker.swarm.service.name=tagged";
  const variables = await waitFor(
    "the container of a task",
    async () =>
      (await host.run(`docker inspect --format '{{json .Config.Env}}' $(docker ps --all --quiet ${filter})`)).stdout,
    { timeoutMs: 30_000, intervalMs: 500 },
  );
  expect(JSON.parse(variables)).toContain("DD_TAGS=stack:s zone:a__b");
});
