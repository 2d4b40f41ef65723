import { describe, expect, test } from "vitest";

import { proposedIntegrations, propose } from "../../../tools/init/propose";
import { container, survey } from "./survey";

const redis = { service: "redis" };

test("a misspelt service is proposed as what it means, and the label to correct is told", () => {
  const found = survey([container("orders", { service: "postgress", image: "redis" })]);
  const { integrations, remarks } = propose(found, "shop-staging");
  expect(integrations).toEqual(["postgres"]);
  expect(remarks).toEqual([
    "orders runs postgres (by its variable SERVICE)",
    'orders will not be watched: its service is "postgress", which is unknown; the nearest known one is postgres; start it with the label datadog-hosts.service=postgres',
  ]);
});

describe("networks", () => {
  test("those of monitored containers are proposed, without those that the agent is on anyway", () => {
    const { networks } = propose(
      survey([
        container("on-bridge", redis),
        container("one", { ...redis, networks: ["backend"] }),
        container("on-both", { ...redis, networks: ["bridge", "other"] }),
        container("nothing-to-watch", { networks: ["third"] }),
        container("stopped", { ...redis, state: "exited", networks: ["fourth"] }),
      ]),
      "shop-staging",
    );
    expect(networks).toEqual(["backend"]);
  });

  test("as few as possible are proposed", () => {
    const { networks } = propose(
      survey([
        container("one", { ...redis, networks: ["a", "shared"] }),
        container("two", { ...redis, networks: ["b", "shared"] }),
        container("three", { ...redis, networks: ["c"] }),
      ]),
      "shop-staging",
    );
    expect(networks).toEqual(["c", "shared"]);
  });

  test("one that the user names must be there and open to containers", () => {
    const networks = [
      { name: "backend", unjoinable: undefined },
      { name: "ingress", unjoinable: "is the swarm's own for published ports" },
    ];
    const { obstacles } = propose(survey([], { networks }), "shop-staging", ["backend", "bakend", "ingress"]);
    expect(obstacles).toEqual([
      "there is no Docker network bakend: docker network create bakend creates it",
      "no container can join the Docker network ingress, which is the swarm's own for published ports",
    ]);
  });

  test("a network that no container can join is not proposed, and the container is named with the reason", () => {
    const found = survey([container("task", { ...redis, networkMode: "ingress", networks: ["ingress"] })], {
      networks: [{ name: "ingress", unjoinable: "is the swarm's own for published ports" }],
    });
    const { networks, remarks } = propose(found, "shop-staging");
    expect(networks).toEqual([]);
    expect(remarks).toEqual([
      "task runs redis (by its variable SERVICE), and the agent can't reach it: no container can join its network ingress, which is the swarm's own for published ports",
    ]);
  });

  test.each([
    ["host", "agent: { network: host } watches"],
    ["none", "it is on no network"],
  ])("a container on %s is named", (name, reason) => {
    const { networks, remarks } = propose(
      survey([container("one", { ...redis, networkMode: name, networks: [name] })]),
      "shop-staging",
    );
    expect(networks).toEqual([]);
    expect(remarks.join("\n")).toContain(reason);
  });

  test("networks that the user names are kept, and containers that they don't reach are reported", () => {
    const { networks, remarks } = propose(survey([container("one", { ...redis, networks: ["a"] })]), "x", ["b"]);
    expect(networks).toEqual(["b"]);
    expect(remarks.join("\n")).toContain("the agent can't reach it: it is on a alone; add one of them to the networks");
  });
});

test("the services that a container asks for by one sign share one remark", () => {
  const asking = container("web", { service: "nginx,http" });
  expect(propose(survey([asking]), "shop-staging").remarks).toEqual(["web runs http, nginx (by its variable SERVICE)"]);
});

test("for a recognised container that requests nothing, the line to add is printed", () => {
  expect(propose(survey([container("cart", { image: "redis:7" })]), "shop-staging").remarks).toEqual([
    "cart runs redis (by its image redis)",
    "cart does not ask to be watched: start it with the variable SERVICE=redis or the label datadog-hosts.service=redis",
  ]);
});

test("the proposed integrations are those of running containers, and docker; all, if nothing runs", () => {
  const one = propose(survey([container("cart", { image: "redis:7" })]), "x");
  const two = propose(survey([container("web", { image: "nginx" })]), "x");
  expect(proposedIntegrations([one, two])).toEqual(["docker", "nginx", "redisdb"]);
  expect(proposedIntegrations([propose(survey([container("app")]), "x")])).toBeUndefined();
});

describe("obstacles", () => {
  const labels = new Map([["datadog-hosts.stack", "shop-staging"]]);
  test.each([
    [
      "somebody's agent",
      container("dd-agent", { image: "datadog/agent:7" }),
      /dd-agent \(datadog\/agent:7\) is in the way: add datadog-hosts:adopt: true/,
    ],
    ["somebody's docker-gen", container("gen", { image: "nginxproxy/docker-gen:0.17.2" }), /gen .* is in the way/],
    [
      "another stack's",
      container("dd-agent", { labels: new Map([["datadog-hosts.stack", "old"]]) }),
      /belongs to stack old/,
    ],
  ])("%s", (_, one, message) => {
    expect(propose(survey([one]), "shop-staging").obstacles.join("\n")).toMatch(message);
  });

  test("its own containers are no obstacle", () => {
    expect(propose(survey([container("dd-agent", { labels })]), "shop-staging").obstacles).toEqual([]);
  });

  test("an image that is not available", () => {
    const { obstacles } = propose(survey([], { missingImages: [{ image: "x:1", reason: "no such host" }] }), "s");
    expect(obstacles.join("\n")).toMatch(/the image x:1 is not on the host, .*\(no such host\): load it/);
  });
});
