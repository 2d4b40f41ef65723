import { describe, expect, test } from "vitest";

import { reportHost } from "../../../tools/status/report";
import { closedNetworks, fixOfTask, serviceLabelRemarks } from "../../../tools/status/swarm";
import { containerId, hostAnswers, ownContainers, type Told } from "./host-answers";

const line = (...values: unknown[]): string => `${JSON.stringify(values)}\n`;
const service = (
  name: string,
  labels: Readonly<Record<string, string>>,
  ofContainers: readonly string[] = [],
): string => line(name, { ...labels, "": "" }, [...ofContainers, null]);

describe("a service with labels of this program", () => {
  test("that its containers do not have is reported, with the line to add", () => {
    expect(serviceLabelRemarks(service("cart", { "datadog-hosts.service": "redis" }))).toEqual([
      "the service cart has datadog-hosts.service in deploy.labels, which never reach its containers: move it to labels in " +
        "the Compose file, or run docker service update --container-label-add datadog-hosts.service=redis cart",
    ]);
  });

  test("of which its containers lack some is reported with these", () => {
    const labels = { "datadog-hosts.service": "redis", "datadog-hosts.tags": "team:a b", "datadog-hosts.port": "1" };
    expect(serviceLabelRemarks(service("cart", labels, ["datadog-hosts.service"]))).toEqual([
      "the service cart has datadog-hosts.tags, datadog-hosts.port in deploy.labels, which never reach its containers: move " +
        "them to labels in the Compose file, or run docker service update --container-label-add " +
        "'datadog-hosts.tags=team:a b' --container-label-add datadog-hosts.port=1 cart",
    ]);
  });

  test("needs no remark where the containers have them too, or where there is no Swarm", () => {
    expect(serviceLabelRemarks(service("cart", { "datadog-hosts.service": "r" }, ["datadog-hosts.service"]))).toEqual(
      [],
    );
    expect(serviceLabelRemarks(service("plain", {}))).toEqual([]);
    for (const text of ["", "no JSON\n", "{}\n[]\n", line({}, [], {})]) expect(serviceLabelRemarks(text)).toEqual([]);
  });
});

describe("what fixes a task", () => {
  const task = "cart.x1zznf4hqb4137h928n5oykyz.t3cfehxdk1d22srqblta180b1";

  test.each([
    [
      task,
      "--label datadog-hosts.service=redis",
      "docker service update --container-label-add datadog-hosts.service=redis cart",
    ],
    ["a.b.3.t3cfehxdk1d22srqblta180b1", "--network backend", "docker service update --network-add backend a.b"],
  ])("is a change of its service: %s, %s", (name, line, update) => {
    expect(fixOfTask(name, { place: "container", line })).toEqual({ place: "manager", line: update });
  });

  test.each([
    ["cart", "container", "--label datadog-hosts.service=redis"],
    [task, "stack", "datadog-hosts:networks: [backend]"],
    [task, "container", "--label a=b --volume /a:/b:ro"],
    [task, "container", "--network bridge"],
  ] as const)("stays as it is otherwise: %s, %s, %s", (name, place, line) => {
    expect(fixOfTask(name, { place, line })).toEqual({ place, line });
  });
});

describe("a second agent on a machine is reported", () => {
  const agentTask = "dd-agent.x1zznf4hqb4137h928n5oykyz.t3cfehxdk1d22srqblta180b1";
  const generatorTask = agentTask.replace("dd-agent", "datadog-gen");
  const labels = (role: string, stack: string) => ({ "datadog-hosts.role": role, "datadog-hosts.stack": stack });
  const task = (name: string, role: string) => ({ id: containerId(7), name, labels: labels(role, "store-swarm") });

  test("on a host that a Swarm watches, too", () => {
    const containers = [...ownContainers, task(agentTask, "agent")];
    const { problems } = reportHost("web-1", hostAnswers(7, { containers }));
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^web-1: two agents collect here: dd-agent\.\S+ runs beside .*, for stack store-swarm; remove/,
        ),
      ]),
    );
  });

  test("on a node of a Swarm that a list of hosts has, too", () => {
    const tasks = [task(agentTask, "agent"), { ...task(generatorTask, "generator"), id: containerId(8) }];
    const host = { id: containerId(9), name: "dd-agent", labels: labels("agent", "shop"), health: "unhealthy" };
    const report = reportHost("n1", { ...hostAnswers(7, { containers: [host, ...tasks] }), isNode: true });
    expect(report.problems.join()).not.toContain("unhealthy");
    expect(report.problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^n1: two agents collect here: dd-agent runs beside .*, for stack shop; remove .* docker rm/,
        ),
      ]),
    );
  });
});

describe("a container on an overlay network", () => {
  const networks = line("closed", false, false) + line("ingress", false, true) + line("open", true, false);
  const report = (told: Partial<Told>, on: Readonly<Record<string, readonly string[]>>) => {
    const cart = { id: containerId(9), name: "cart", labels: { "datadog-hosts.service": "redis" }, networks: on };
    const agent = { "swarm-networks": networks, ...told.agent };
    const containers = [...ownContainers.map((own) => ({ ...own, networks: { bridge: ["172.17.0.2"] } })), cart];
    const { containers: rows } = reportHost("web-1", hostAnswers(7, { ...told, containers, agent }));
    return rows.find(({ container }) => container === "cart");
  };

  test("that only services can join is reported as such, and not proposed to the stack", () => {
    const row = report({}, { closed: ["10.0.1.2"], ingress: ["10.0.0.2"] });
    expect(row?.why).toBe(
      "it shares no network with the agent: it is on closed, ingress, the agent on bridge; only services of the Swarm can " +
        "join closed, ingress, which is not attachable",
    );
    expect(row?.fixes).toEqual([{ place: "container", line: "--network bridge" }]);
  });

  test("is reported as such where the generator knows only that no network is shared", () => {
    const remark = '# "cart" has no instance: it shares no network with the agent, which is on bridge.\n';
    const row = report(
      { generatedFiles: { "redisdb.d/redisdb.yaml": `init_config:\n${remark}` } },
      { closed: ["10.0.1.2"] },
    );
    expect(row?.why).toContain("only services of the Swarm can join closed");
  });

  test("that containers can join is proposed to the stack", () => {
    const row = report({}, { closed: ["10.0.1.2"], open: ["10.0.2.2"] });
    expect(row?.fixes).toEqual([{ place: "stack", line: "datadog-hosts:networks: [open]" }]);
  });

  test("closed networks are read from any answer", () => {
    expect([...closedNetworks(networks)]).toEqual(["closed", "ingress"]);
    expect([...closedNetworks("no JSON\n{}\n[1]\n")]).toEqual([]);
  });
});
