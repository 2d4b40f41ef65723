import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { TestHost } from "../../sandbox/host";
import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import { renderSchema } from "../../tools/render";
import type { StatusDocument } from "../../tools/status/schema";
import { recordedSeries, type RecordedSeries } from "../../tools/sandbox/intake";
import { waitFor } from "../../tools/shared/wait";
import { changedResources } from "./support/fleet";
import { make } from "./support/make";
import { contains } from "./support/secret-search";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const nodeNames = ["node-1", "node-2", "node-3", "node-4", "node-5"] as const;

const stage = setStage(
  "swarm",
  Object.fromEntries(nodeNames.map((name) => [name, name === "node-4" ? {} : { release: 13 as const }])),
);
const root = resolve(__dirname, "..", "..");

/** The key that takes the place of the first one. */
const nextApiKey = "8e7d6c5b4a392817f6e5d4c3b2a19075";

/** What a broken agent says before it ends. */
const lastWords = "this agent was broken on purpose";

/** An application: it sends a count over the socket five times a second, in the protocol of DogStatsD. */
const application = String.raw`
use IO::Socket::UNIX;
for (;;) {
  my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "/var/run/datadog/dsd.socket");
  $socket->send("cart.orders:1|c|#over:socket") if $socket;
  select(undef, undef, undef, 0.2);
}`;

/** Five nodes share the machine with other tests. */
const patient = { timeoutMs: 180_000, intervalMs: 1000 };

/** Two nodes, one of them with an older engine, have no application: they cost little, and what is to be seen there is the agent alone. */
const elsewhere = "--constraint node.hostname!=node-4 --constraint node.hostname!=node-5";

describe("a Swarm of five nodes", () => {
  let deployment: SandboxDeployment;
  const node = (number: number): TestHost => stage.host(`node-${number}`);
  const manager = (): TestHost => node(2);

  const join = async (number: number, role: "manager" | "worker"): Promise<void> => {
    const state = await node(number).run("docker info --format '{{.Swarm.LocalNodeState}}'");
    if (state.stdout.trim() === "active") return;
    const token = (await node(1).run(`docker swarm join-token --quiet ${role}`)).stdout.trim();
    await node(number).run(`docker swarm join --token ${token} ${node(1).address}:2377`);
  };

  const series = async (): Promise<RecordedSeries[]> => recordedSeries(stage.intake);

  /** Ids of the tasks of a service that run, by node. */
  const tasks = async (service: string): Promise<Record<string, string>> => {
    const format = "{{.Node}} {{.ID}}";
    const { stdout } = await manager().run(
      `docker service ps --no-trunc --filter desired-state=running --format '${format}' ${service}`,
    );
    const lines = stdout.split("\n").filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => line.split(" ") as [string, string]));
  };

  /** The tags that the agent of a node has for all that it sends. */
  const agentTags = async (number: number): Promise<string> => {
    const find = "docker ps --quiet --filter label=com.docker.swarm.service.name=dd-agent";
    const format = "{{range .Config.Env}}{{println .}}{{end}}";
    const { stdout } = await node(number).run(`docker inspect --format '${format}' $(${find})`);
    return /^DD_TAGS=(.*)$/m.exec(stdout)?.[1] ?? "";
  };

  const nodeStates = async (): Promise<string[]> =>
    (await manager().run("docker node ls --format '{{.Status}}'")).stdout.trim().split("\n");

  const expectNothingToDo = async (): Promise<void> => {
    await deployment.pulumi(["preview", "--expect-no-changes", "--stack", deployment.stack]);
  };

  beforeAll(async () => {
    await node(1).run(`docker swarm init --advertise-addr ${node(1).address}`);
    await join(2, "manager");
    await node(1).run("docker network create --driver overlay --attachable backend");
    await node(1).run("docker network create --driver overlay frontend");
    // One key for all managers, as the settings have it.
    const key = readFileSync(`${node(1).privateKeyFile}.pub`, "utf8");
    for (const number of [1, 2, 3]) {
      await node(number).loadImage(stage.toolchain.images.services);
      await node(number).run("cat >> /home/core/.ssh/authorized_keys", { input: key });
    }
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [node(1)], "staging"), apiKey);
    changeSettings(deployment.stackFile, {
      hosts: undefined,
      swarm: {
        managers: [1, 2, 3].map((number) => ({
          name: `node-${number}`,
          address: node(number).address,
          hostKey: node(number).hostKey,
        })),
        update: { monitor: "5s" },
        nodeLabels: ["zone"],
      },
      networks: ["backend", "frontend"],
      privateKeyFile: relative(root, node(1).privateKeyFile),
      logs: { declared: true },
      dogstatsd: { socket: true },
      // A check takes 0.07 s of processor time, and ten containers have one. Each task is waited for until its first one.
      "agent.healthCheck": { intervalSeconds: 5 },
      "generator.healthCheck": { intervalSeconds: 5 },
    });
    await manager().run("docker node update --label-add zone=A node-2");
    const { images } = stage.toolchain;
    const create = "docker service create --detach --no-resolve-image --mode global";
    const redis = `${images.services} redis-server --protected-mode no`;
    await node(1).run(
      `${create} --name cart ${elsewhere} --network backend --env SERVICE=redis --env PROJECT=cart --env LOGS=true ${redis}`,
    );
    await node(1).run(
      `${create} --name till --constraint node.hostname==node-1 --network frontend --env SERVICE=redis --env PROJECT=till ${redis}`,
    );
    await node(2).run(
      `docker run --detach --name plain --volume datadog-sockets:/var/run/datadog:ro --env SERVICE=redis --env PROJECT=blog ${images.services} sh -c 'redis-server --protected-mode no & exec perl -e "$0"' '${application}'`,
    );
  });

  test("up puts agent and generator on every node, and they collect from services and plain containers", async () => {
    const { status, output } = await make(deployment, ["up", `STACK=${deployment.stack}`]);
    expect(status, output).toBe(0);
    expect(Object.keys(await tasks("dd-agent")).sort()).toEqual(["node-1", "node-2"]);
    const found = await waitFor(
      "series of four Redis",
      async () => {
        const all = (await series()).filter(({ metric }) => metric.startsWith("redis."));
        const has = (host: string, project: string): boolean =>
          all.some((each) => each.host === host && each.tags.includes(`project:${project}`));
        const [first, second] = [
          has("node-1", "cart") && has("node-1", "till"),
          has("node-2", "cart") && has("node-2", "blog"),
        ];
        return first && second && all;
      },
      patient,
    );
    for (const { tags } of found) expect(tags).toContain("environment:staging");
    const withoutLabel = await agentTags(1);
    expect(withoutLabel).toMatch(/^stack:/);
    expect(await agentTags(2)).toBe(`${withoutLabel} zone:a`);
  });

  test("logs of tasks arrive with their tags, and metrics that applications send over the socket", async () => {
    const line = await waitFor(
      "a line of cart",
      async () => {
        const recorded = await (await fetch(`${stage.intake.address}/recorded`)).json();
        const { logs } = recorded as { logs: { source: string; tags: string[] }[] };
        return logs.find(({ source }) => source === "redis");
      },
      patient,
    );
    expect(line.tags).toEqual(expect.arrayContaining(["project:cart", "environment:staging"]));
    await waitFor(
      "a metric of the application",
      async () => (await series()).some(({ metric, host }) => metric === "cart.orders" && host === "node-2"),
      patient,
    );
  });

  const askStatus = async (options: readonly string[] = []): Promise<StatusDocument> => {
    const { stdout } = await make(deployment, ["status", `STACK=${deployment.stack}`, "JSON=yes", ...options]);
    return JSON.parse(stdout) as StatusDocument;
  };

  /** The containers that status shows as watched, by node. */
  const watched = ({ hosts }: StatusDocument): Record<string, string[]> =>
    Object.fromEntries(
      hosts.map(({ host, containers }) => [
        host,
        containers.flatMap(({ container, watch }) => (watch === "watched" ? [container.replace(/[.].*/, "")] : [])),
      ]),
    );

  test("status tells of every node what it would of a host, and leaves nothing behind", async () => {
    const status = await askStatus();
    expect(status.hosts.flatMap(({ problems, drift }) => [...problems, ...drift])).toEqual([]);
    expect(watched(status)).toEqual({ "node-1": ["cart", "till"], "node-2": ["cart", "plain"] });
    expect(status.exitCode).toBe(0);
    expect(status.hosts.map(({ unknown }) => unknown)).toEqual([0, 0]);
    expect((await manager().run("docker service ls --format '{{.Name}}'")).stdout.trim().split("\n").sort()).toEqual([
      "cart",
      "datadog-gen",
      "dd-agent",
      "till",
    ]);
    const asking = "docker ps --all --quiet --filter label=datadog-hosts.role=question";
    for (const number of [1, 2]) {
      const left = async (): Promise<string> => (await node(number).run(asking)).stdout;
      await waitFor("the containers that have asked to be gone", async () => (await left()) === "", patient);
    }
  });

  test("render tells what a change would do on every node, and leaves nothing behind", async () => {
    const { stack, stackFile } = deployment;
    const putBack = changeSettings(stackFile, { networks: ["frontend"] });
    const rendered = await make(deployment, ["render", `STACK=${stack}`, "JSON=yes"]);
    putBack();
    expect(rendered.status, rendered.output).toBe(0);
    const { hosts } = renderSchema.parse(JSON.parse(rendered.stdout));
    const told = hosts.map(({ host, containers, instances, remarks }) => [
      host,
      containers,
      instances.map(({ change, container }) => `${change} ${container.replace(/[.].*/, "")}`),
      remarks.length,
    ]);
    const restarts = [
      { name: "dd-agent", fate: "restarts" },
      { name: "datadog-gen", fate: "restarts" },
    ];
    expect(told).toEqual(["node-1", "node-2"].map((host) => [host, restarts, ["removed cart"], 1]));
    const services = (await manager().run("docker service ls --format '{{.Name}}'")).stdout;
    expect(services).not.toContain("question");
  });

  test("a second up and a refresh find nothing to do", async () => {
    const { stack } = deployment;
    await deployment.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", stack]);
    await deployment.pulumi(["refresh", "--preview-only", "--run-program", "--expect-no-changes", "--stack", stack]);
  });

  test("drift names what somebody has changed in the Swarm, and up sets it back", async () => {
    const drift = async (): Promise<string[]> => {
      const { stdout } = await make(deployment, ["drift", `STACK=${deployment.stack}`, "JSON=yes"]);
      const { hosts } = JSON.parse(stdout) as StatusDocument;
      return hosts.flatMap(({ host, drift: found }) => found.map(({ text }) => `${host}: ${text}`));
    };
    expect(await drift()).toEqual([]);
    await manager().run(
      "docker service update --detach --label-add changed=yes dd-agent && docker service rm datadog-gen",
    );
    const found = [
      "the Swarm: the service datadog-gen is gone",
      "the Swarm: the service dd-agent differs from the stack in its labels",
    ];
    // The engine may be starting tasks of the changed service.
    expect(await drift()).toEqual(expect.arrayContaining(found));
    const { status, output } = await make(deployment, ["up", `STACK=${deployment.stack}`]);
    expect(status, output).toBe(0);
    for (const text of found) expect(output).toContain(`${text.replace("the", "The")}: set back.`);
    expect(changedResources(output).sort()).toEqual(["swarm-agent", "swarm-gate", "swarm-generator"]);
    expect(await drift()).toEqual([]);
    await expectNothingToDo();
  });

  const secretPlaces = async (): Promise<string> => {
    const state = (await deployment.pulumi(["stack", "export", "--stack", deployment.stack])).stdout;
    const services = (await manager().run("docker service inspect dd-agent datadog-gen")).stdout;
    const ofTasks = "docker service ps --quiet dd-agent datadog-gen | xargs docker inspect --type task";
    const containers = (await manager().run(`docker inspect $(docker ps --quiet); ${ofTasks}`)).stdout;
    return state + services + containers;
  };

  test("a new API key becomes a new secret, and neither key is to be seen", async () => {
    const places = await secretPlaces();
    expect(contains(places, "ENC[file@/run/secrets/datadog/api_key]")).toBe(true);
    const names = async (): Promise<string> => (await manager().run("docker secret ls --format '{{.Name}}'")).stdout;
    const before = await names();
    await deployment.pulumi(["config", "set", "--secret", "--stack", deployment.stack, "apiKey"], {
      input: nextApiKey,
    });
    const { status, output } = await make(deployment, ["up", `STACK=${deployment.stack}`]);
    expect(status, output).toBe(0);
    expect(await names()).not.toBe(before);
    expect((await names()).trim().split("\n")).toHaveLength(1);
    for (const key of [apiKey, nextApiKey]) expect(contains(places + output + (await secretPlaces()), key)).toBe(false);
  });

  test("nodes that join are watched without an up", async () => {
    await Promise.all([3, 4, 5].map(async (number) => join(number, "worker")));
    await waitFor(
      "series of the new nodes",
      async () => {
        const all = await series();
        const hasRedis = all.some(
          ({ host, metric, tags }) => host === "node-3" && metric.startsWith("redis.") && tags.includes("project:cart"),
        );
        return hasRedis && ["node-4", "node-5"].every((name) => all.some(({ host }) => host === name));
      },
      patient,
    );
    const checked = await make(deployment, ["check", `STACK=${deployment.stack}`, "HOST=node-3", "CONTAINER=cart"]);
    expect(checked.status, checked.output).toBe(0);
    expect(checked.stdout).toContain("redis.can_connect: OK");
    expect(checked.stdout).toContain("project:cart");
  });

  test("a broken agent is rolled back by the engine, told, and shown by the next preview", async () => {
    const { images } = stage.toolchain;
    const broken = "broken-agent:1";
    for (const number of [1, 2, 3, 4, 5]) {
      await node(number).run(
        `docker create --name broken ${images.agent} && docker commit --change 'ENTRYPOINT ["sh", "-c", "echo ${lastWords}; exit 1"]' broken ${broken} && docker rm broken`,
      );
    }
    const before = await tasks("dd-agent");
    const putBack = changeSettings(deployment.stackFile, { "agent.image": broken });
    try {
      const { status, output } = await make(deployment, ["up", `STACK=${deployment.stack}`]);
      expect(status, output).not.toBe(0);
      expect(output).toContain("the engine has rolled the service dd-agent back");
      expect(output).toContain(lastWords);
      const after = await tasks("dd-agent");
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
      // All nodes but the first one have kept their tasks.
      expect(Object.keys(before)).toHaveLength(5);
      expect(Object.values(after).filter((id) => Object.values(before).includes(id))).toHaveLength(4);
      const preview = await make(deployment, ["preview", `STACK=${deployment.stack}`, "LIVE=yes"]);
      expect(preview.output).toContain(broken);
      expect(preview.output).toContain("The Swarm: changed: agent");
      expect(preview.output).toContain("Host node-2: its configs stay as they are");
    } finally {
      putBack();
    }
    const again = await make(deployment, ["up", `STACK=${deployment.stack}`]);
    expect(again.status, again.output).toBe(0);
    await expectNothingToDo();
  });

  test("a node that is drained is told, and is no difference from the stack", async () => {
    await manager().run("docker node update --availability drain node-3");
    expect(await askStatus(["HOST=node-3"])).toMatchObject({
      exitCode: 2,
      hosts: [{ host: "node-3", reached: false, problems: [expect.stringContaining("the node is drained")] }],
    });
    await expectNothingToDo();
    await manager().run("docker node update --availability active --label-add zone=b --role manager node-3");
    const managers = "docker node ls --filter role=manager --format '{{.ManagerStatus}}'";
    await waitFor(
      "a third manager",
      async () => (await manager().run(managers)).stdout.match(/Leader|Reachable/g)?.length === 3,
      patient,
    );
  });

  test("an up goes on through another manager when its own dies, and tells of nodes that are down or have left", async () => {
    const before = await tasks("dd-agent");
    expect(Object.keys(before)).toHaveLength(5);
    changeSettings(deployment.stackFile, {
      tags: ["team:platform"],
      "swarm.update": { monitor: "5s", parallelism: 2 },
    });
    const change = make(deployment, ["up", `STACK=${deployment.stack}`]);
    await waitFor(
      "the first new agent",
      async () => Object.values(await tasks("dd-agent")).some((id) => !Object.values(before).includes(id)),
      { ...patient, intervalMs: 300 },
    );
    await node(1).stop({ force: true });
    const { status, output } = await change;
    expect(status, output).toBe(0);
    expect(changedResources(output)).toContain("swarm-agent");
    for (const number of [2, 3, 4, 5]) expect(await agentTags(number)).toContain("team:platform");
    expect(await agentTags(3)).toMatch(/ team:platform zone:b$/);
    await node(5).run("docker swarm leave");
    await waitFor(
      "two nodes that are down",
      async () => (await nodeStates()).filter((state) => state === "Down").length === 2,
      patient,
    );
    expect(await askStatus()).toMatchObject({
      exitCode: 2,
      hosts: [
        { host: "node-1", reached: false, problems: [expect.stringContaining("the node is down")] },
        { host: "node-2", reached: true },
        { host: "node-3", reached: true },
        { host: "node-4", reached: true, problems: [] },
        { host: "node-5", reached: false, problems: [expect.stringContaining("run docker node rm")] },
      ],
    });
    await expectNothingToDo();
    await manager().run("docker node rm node-5");
    await node(1).start();
    await waitFor("all nodes", async () => (await nodeStates()).every((state) => state === "Ready"), patient);
  });

  test("destroy leaves nothing in the Swarm, and says what is left on its nodes", async () => {
    const { status, output } = await make(deployment, ["destroy", `STACK=${deployment.stack}`]);
    expect(status, output).toBe(0);
    const left = await manager().run(
      "docker service ls --format '{{.Name}}'; docker config ls --format '{{.Name}}'; docker secret ls --format '{{.Name}}'",
    );
    expect(left.stdout.trim().split("\n").sort()).toEqual(["cart", "till"]);
    expect((await manager().run("docker node ls --quiet")).stdout.trim().split("\n")).toHaveLength(4);
    const remove = /docker volume rm .*\)/.exec(output)?.[0] ?? "";
    // It uses the volume with the sockets.
    await node(2).run("docker rm --force plain");
    for (const number of [1, 2, 3, 4, 5]) {
      const containers = async (): Promise<string> =>
        (await node(number).run("docker ps --all --format '{{.Names}}'")).stdout;
      await waitFor("own containers to be gone", async () => !/^(dd-agent|datadog)/m.test(await containers()), patient);
      await node(number).run(remove);
      const volumes = await node(number).run("docker volume ls --quiet");
      expect(volumes.stdout, `volumes on node ${number}`).not.toContain("datadog");
    }
  });
});
