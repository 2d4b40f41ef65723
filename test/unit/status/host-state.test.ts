import { describe, expect, test } from "vitest";

import { reportHost } from "../../../tools/status/report";
import { containerId, hostAnswers, ownContainers, type Told, type ToldContainer } from "./host-answers";

const report = (told: Told, integrations?: readonly string[]) =>
  reportHost("web-1", { ...hostAnswers(7, told), integrations });

/** Answers of an agent that watches one Redis. */
const agent = {
  "agent-status": JSON.stringify({ runnerStats: { Checks: { redisdb: { "redisdb:1": { TotalRuns: 1 } } } } }),
  "agent-configcheck": "=== redisdb check ===\nConfig for instance ID: redisdb:1\nhost: 10.0.0.1\n~\n===\n",
};

const [dd, gen] = ownContainers as [ToldContainer, ToldContainer];

const filter = { id: "f".repeat(64), name: "datadog-filter", labels: { "datadog-hosts.role": "filter" } };

describe("agent and generator", () => {
  test.each<[string, readonly ToldContainer[], string[]]>([
    ["both run", [dd, gen], []],
    ["no agent", [gen], ["the agent's container dd-agent is not there, so nothing is collected: `make up` creates it"]],
    [
      "an agent that has ended",
      [{ ...dd, state: "exited", exitCode: 137 }, gen],
      [
        "the agent's container dd-agent has stopped (exit code 137), so nothing is collected: docker logs dd-agent on the host says why; docker start dd-agent starts it",
      ],
    ],
    [
      "an unhealthy agent",
      [{ ...dd, health: "unhealthy" }, gen],
      ["the agent's container dd-agent is unhealthy: docker logs dd-agent on the host says why"],
    ],
    [
      "a generator that restarts again and again",
      [dd, { ...gen, state: "restarting", exitCode: 2 }],
      [
        "the generator's container datadog-gen restarts again and again (exit code 2), so new containers are not monitored: docker logs datadog-gen on the host says why",
      ],
    ],
    [
      "an agent that was out of memory",
      [{ ...dd, outOfMemory: true, restarts: 1 }, gen],
      [
        "the agent's container dd-agent was ended for lack of memory: raise agent.memoryMiB in the stack's file and run make up; docker restart dd-agent on the host clears this message",
      ],
    ],
    [
      "a generator that ends now and then",
      [dd, { ...gen, restarts: 3, secondsUp: 40 }],
      [
        "the generator's container datadog-gen was started again 3 times, the last time 40 s ago: docker logs datadog-gen on the host says why",
      ],
    ],
    ["a generator that ended long ago", [dd, { ...gen, restarts: 3, secondsUp: 4000 }], []],
    [
      "a socket filter that has stopped",
      [{ ...gen, ...filter, state: "exited", exitCode: 1 }, dd, gen],
      [
        "the socket filter datadog-filter has stopped (exit code 1), so neither agent nor generator reaches the Docker engine: docker logs datadog-filter on the host says why; docker start datadog-filter starts it",
      ],
    ],
    [
      "a paused generator",
      [dd, { ...gen, state: "paused" }],
      [
        "the generator's container datadog-gen is paused, so new containers are not monitored: docker unpause datadog-gen on the host resumes it",
      ],
    ],
  ])("%s", (_, containers, problems) => {
    const silent = { status: 1, stderr: "Error response from daemon: No such container" };
    const runs = (name: string): boolean =>
      containers.some((container) => container.name === name && (container.state ?? "running") === "running");
    const told = report({
      containers,
      agent: {
        ...(runs("dd-agent") ? agent : { "agent-status": silent, "agent-configcheck": silent, "agent-files": silent }),
        ...(!runs("datadog-gen") && { "generated-files": silent, drafts: silent }),
      },
    });
    expect(told.problems).toEqual(problems.map((problem) => `web-1: ${problem}`));
    expect(told.instances).toHaveLength(runs("dd-agent") ? 1 : 0);
    expect(told.reached).toBe(true);
  });

  test("an agent that has just started may not answer yet", () => {
    const silent = { status: 1 };
    const containers = [{ ...dd, health: "starting" }, gen];
    const told = report({ containers, agent: { "agent-status": silent, "agent-configcheck": silent } });
    expect(told).toMatchObject({
      problems: [],
      remarks: ["web-1: the agent has just started and does not answer yet"],
    });
  });

  test("an agent that runs but does not answer is reported", () => {
    const silent = { status: 124 };
    const told = report({ agent: { "agent-status": silent, "agent-configcheck": silent } });
    expect(told.problems).toEqual([
      "web-1: the answer to agent status --json is empty: the state of the instances is unknown",
      "web-1: the agent does not list its instances, so rows show checks and not addresses (no answer in time)",
    ]);
  });

  test("a draft that is not published in time is reported", () => {
    const drafts = "5 nginx\n300 datadog\nnonsense\n";
    expect(report({ agent: { ...agent, drafts } }).problems).toEqual([
      "web-1: the generator does not publish what it renders: the agent's configs are 300 s behind (docker logs datadog-gen says why)",
    ]);
  });

  test("a status page that its server has refused is reported, that of a stopped container is not", () => {
    const pages =
      "nginx/web/nginx.conf port 80 is taken.\nnginx/old/nginx.conf the container does not run.\nnonsense\n";
    expect(report({ agent: { ...agent, "removed-pages": pages } }).problems).toEqual([
      "web-1: web has no status page: port 80 is taken.",
    ]);
  });

  test("links among the password files are reported", () => {
    const links = "/home/core/datadog/config/secrets/cart\n";
    expect(report({ agent: { ...agent, links } }).problems).toEqual([
      "web-1: /home/core/datadog/config/secrets/cart is a link, and links are not allowed among the password files: put the file itself there",
    ]);
  });
});

test.each([
  ["permission denied while trying to connect to the Docker daemon socket", /may not use Docker\. Add the user/],
  ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock", /engine does not answer\. Start it/],
  ["sh: 1: docker: not found", /no docker command\. Install Docker/],
])("an engine that can't be asked: %s", (stderr, problem) => {
  const told = report({ agent: { containers: { status: 1, stderr } } });
  expect(told).toMatchObject({ reached: false, instances: [] });
  expect(told.problems).toHaveLength(1);
  expect(told.problems[0]).toMatch(problem);
});

describe("other containers", () => {
  const other = (name: string, more: Partial<ToldContainer>): ToldContainer => ({ id: containerId(9), name, ...more });
  const remarks = (...containers: ToldContainer[]): readonly string[] =>
    report({ containers: [...ownContainers, ...containers], agent }, ["redisdb", "nginx"]).remarks;

  test.each([
    ["rediss", 'its service is "rediss", which is unknown; the nearest known one is redis'],
    ["redis_db", 'its service is "redis_db", which is unknown; the nearest known one is redis'],
    ["Postgre", 'its service is "postgre", which is unknown; the nearest known one is postgres'],
  ])("a slip of the pen is told with the word that is nearest: %s", (word, problem) => {
    expect(remarks(other("cart", { variables: [`SERVICE=${word}`] }))).toEqual([
      `web-1: cart has no instance: ${problem}`,
    ]);
  });

  test("unknown services without a near match share one line", () => {
    const [line, ...more] = remarks(
      other("a", { variables: ["SERVICE=checkout"] }),
      other("b", { labels: { "datadog-hosts.service": "consul" }, variables: ["SERVICE=redis"] }),
    );
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^web-1: no integration is for the service of a \(checkout\), b \(consul\); there are: apache, /,
    );
  });

  test.each(["redis", '"redis"', " REDIS ", "'redis' , nginx", ""])("%j needs no remark", (service) => {
    expect(remarks(other("cart", { variables: [`SERVICE=${service}`] }))).toEqual([]);
  });

  test("a service that the stack does not list is reported", () => {
    expect(remarks(other("pages", { variables: ["SERVICE=memcached"] }))).toEqual([
      "web-1: pages asks for memcached, which the stack's integrations do not list",
    ]);
  });

  test("one that asks for an integration and is paused or keeps restarting is reported", () => {
    const asks = { variables: ["SERVICE=redis"] };
    expect(
      remarks(
        other("cart", { ...asks, state: "paused" }),
        other("flapping", { ...asks, state: "restarting", exitCode: 1 }),
        other("nobody", { state: "paused" }),
        other("gone", { ...asks, state: "exited" }),
      ),
    ).toEqual([
      "web-1: cart is paused, so it is not monitored: docker unpause cart resumes it",
      "web-1: flapping restarts again and again (exit code 1): docker logs flapping on the host says why",
    ]);
  });

  test("agent and generator are not reported as applications", () => {
    expect(report({ containers: [{ ...dd, variables: ["SERVICE=datadog"] }, gen], agent }).remarks).toEqual([]);
  });
});
