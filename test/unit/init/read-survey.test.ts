import { describe, expect, test } from "vitest";

import { readSurvey } from "../../../tools/init/read-survey";
import type { Answer } from "../../../tools/shared/questions";

const well = (text: string): Answer => ({ text, status: 0, stderr: "", cut: false });
const badly = (stderr: string, status = 1): Answer => ({ text: "", status, stderr, cut: false });

function read(answers: Readonly<Record<string, Answer>>) {
  const all = { home: well("/home/core\n"), engine: well("26.1\n"), "image-0": well(""), ...answers };
  return readSurvey(new Map(Object.entries(all)), "core", ["agent:7"]);
}

const line = (...values: unknown[]): string => `${JSON.stringify(values)}\n`;

describe("the survey of a host", () => {
  test("reads its containers, without the empty entry after the last comma", () => {
    const { containers } = read({
      containers: well(
        line(
          "id",
          "/cart",
          "running",
          null,
          0,
          ["SERVICE=of-an-env-file", "SERVICE=redis", "PATH", null],
          { "datadog-hosts.project": "shop", "": "" },
          "redis:7",
          "docker-entrypoint.sh",
          ["redis-server"],
          ["6379/tcp", "53/udp", null],
          "backend",
          { backend: ["172.18.0.5", ""], "": [] },
          "2026-01-02T03:04:05.678Z",
        ),
      ),
    });
    expect(containers).toEqual([
      {
        id: "id",
        name: "cart",
        state: "running",
        health: "",
        exitCode: 0,
        secondsUp: undefined,
        labelNames: [],
        restarts: 0,
        outOfMemory: false,
        image: "redis:7",
        command: ["docker-entrypoint.sh", "redis-server"],
        ports: [6379],
        networkMode: "backend",
        networks: ["backend"],
        addresses: ["172.18.0.5"],
        service: "redis",
        pollInterval: "",
        variables: new Set(["SERVICE", "PATH"]),
        labels: new Map([["datadog-hosts.project", "shop"]]),
      },
    ]);
  });

  test("a container that shares another one's network is on the other one's networks", () => {
    const rest = ["running", null, 0, [], {}, "i", "p", [], []];
    const { containers } = read({
      containers: well(
        line("first", "/app", ...rest, "backend", { backend: [] }) +
          line("second", "/side", ...rest, "container:first", {}),
      ),
    });
    expect(containers.map(({ name, networks }) => [name, networks])).toEqual([
      ["app", ["backend"]],
      ["side", ["backend"]],
    ]);
  });

  test("reads its networks, and why no container can join one", () => {
    const { networks } = read({
      networks: well(
        line("backend", "local", false, false, false) +
          line("overlay", "swarm", false, false, false) +
          line("open-overlay", "swarm", true, false, false) +
          line("ingress", "swarm", false, false, true) +
          line("template", "local", false, true, false),
      ),
    });
    expect(networks.map(({ name, unjoinable }) => [name, unjoinable?.split(" ").slice(0, 2).join(" ")])).toEqual([
      ["backend", undefined],
      ["ingress", "is the"],
      ["open-overlay", undefined],
      ["overlay", "accepts only"],
      ["template", "only holds"],
    ]);
  });

  test.each([
    ["no rights", { engine: badly("permission denied while trying to connect") }, /add the user to the docker group/i],
    ["no docker", { engine: badly("docker: not found") }, /Install Docker/],
    ["an engine that does not run", { engine: badly("Cannot connect to the Docker daemon") }, /Start it/],
    ["a home that is another's", { home: { ...badly(""), text: "/root\n" } }, /core can't write to .* \/root/],
    ["nothing", { home: badly(""), engine: badly("") }, /./],
  ] as const)("%s is a problem, with what to do", (_, answers, message) => {
    expect(read(answers).problems.join("\n")).toMatch(message);
  });

  test("an image that is neither there nor at its registry, with the registry's error", () => {
    expect(read({ "image-0": badly("first\nno such manifest: agent:7") }).missingImages).toEqual([
      { image: "agent:7", reason: "no such manifest: agent:7" },
    ]);
  });

  test("answers of any form are taken", () => {
    const odd = [
      "",
      "no JSON",
      "[]",
      "{}",
      "null",
      '["/a",1]',
      '[{"a":1},2]',
      line("/a", {}, 1, [], "x", 5, null, 7, 8, 9, 1),
    ];
    for (const text of odd) {
      expect(read({ containers: well(text), networks: well(text) })).toMatchObject({ containers: [] });
    }
  });
});
