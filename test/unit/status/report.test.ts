import { describe, expect, test } from "vitest";

import { reportHost } from "../../../tools/status/report";
import { formatTable } from "../../../tools/status/table";

const info = `
==========================
Collector (v 5.32.8)
==========================

  Checks
  ======

    apache (1.4.0)
    --------------
      - initialize check class [ERROR]: "argument of type 'NoneType' is not iterable"

    docker_daemon (1.10.0)
    ----------------------
      - instance #0 [WARNING]
          Warning: Initialization failed. Will retry at next iteration
      - Collected 0 metrics, 0 events & 1 service check

    redisdb (1.7.1)
    ---------------
      - instance #0 [\u001b[32mOK\u001b[0m]
      - instance #1 [ERROR]: 'Error 111 connecting to 172.17.0.9:6379. Connection refused.'
      - Collected 39 metrics, 0 events & 2 service checks

`;

const files = `#!file apache.yaml
a: [

#!file docker_daemon.yaml
init_config:
instances:
  - url: "unix://var/run/docker.sock"

#!file disk.yaml.default
init_config:
instances:
  - use_mount: no

#!file redisdb.yaml
init_config:
instances:
  - host: "172.17.0.8"
    port: 6379
    password: blotted
    tags:
      - "project:shop"
  - host: "172.17.0.9"
    port: 6379
`;

describe("generation 5", () => {
  const report = reportHost("web-1", {
    agentGeneration: 5,
    answers: [info, files],
    remarks: ["web-1: one is missing"],
  });

  test("has a row for each instance in the files, with what became of it", () => {
    const rows = report.instances.map(({ check, instance, runs, samples, error }) => [
      check,
      instance,
      runs,
      samples,
      error,
    ]);
    expect(rows).toEqual([
      ["disk", "(disk)", 0, 0, ""],
      [
        "docker_daemon",
        "unix://var/run/docker.sock",
        1,
        0,
        "Warning: Initialization failed. Will retry at next iteration",
      ],
      ["redisdb", "172.17.0.8:6379", 1, 39, ""],
      ["redisdb", "172.17.0.9:6379", 1, 39, "Error 111 connecting to 172.17.0.9:6379. Connection refused."],
    ]);
    expect(report.instances[2]?.tags).toEqual(["project:shop"]);
  });

  test("says which files the agent refuses", () => {
    expect(report.remarks).toEqual(["apache: argument of type 'NoneType' is not iterable", "web-1: one is missing"]);
  });

  test("says when nothing is collected", () => {
    const stopped = "=====\nCollector (v 5.32.8)\n=====\n\n  Collector is not running.\n";
    const { instances, remarks } = reportHost("web-1", { agentGeneration: 5, answers: [stopped, files], remarks: [] });
    expect(instances.every(({ runs }) => runs === 0)).toBe(true);
    expect(remarks).toEqual(["The collector is not running."]);
  });
});

describe("generation 7", () => {
  const status = {
    runnerStats: {
      Checks: {
        redisdb: {
          "redisdb:1": { TotalRuns: 3, MetricSamples: 39, LastError: "" },
          "redisdb:2": { TotalRuns: 2, MetricSamples: 0, LastError: '[{"message": "refused", "traceback": "…"}]' },
        },
        docker: { docker: { TotalRuns: 1, MetricSamples: 62, LastError: "" } },
      },
    },
    autoConfigStats: { ConfigErrors: { nginx: "yaml: line 2" } },
  };
  const configcheck = `=== docker check ===
Config for instance ID: docker:b85c
collect_events: true
~
===

=== redisdb check ===
Config for instance ID: redisdb:2
host: 172.17.0.9
port: 6379
~
Config for instance ID: redisdb:1
host: 172.17.0.8
port: 6379
tags:
- project:shop
~
===
`;

  test("finds by its id what became of an instance", () => {
    const answers = [JSON.stringify(status), configcheck];
    const { instances, remarks } = reportHost("web-1", { agentGeneration: 7, answers, remarks: [] });
    expect(instances.map(({ instance, runs, samples, error }) => [instance, runs, samples, error])).toEqual([
      ["(docker)", 1, 62, ""],
      ["172.17.0.8:6379", 3, 39, ""],
      ["172.17.0.9:6379", 2, 0, "refused"],
    ]);
    expect(remarks).toEqual(["nginx: yaml: line 2"]);
  });
});

test("the table shows what was collected in the generation's own words", () => {
  const report = reportHost("web-1", { agentGeneration: 5, answers: [info, files], remarks: [] });
  expect(formatTable([report])).toMatch(/redisdb +172\.17\.0\.8:6379 +project:shop +39 samples of 2 +-\n/);
});
