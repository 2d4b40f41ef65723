import { describe, expect, test } from "vitest";

import type { GenerationNumber } from "../../../infra/integrations";
import { reportHost } from "../../../tools/status/report";
import { formatReports } from "../../../tools/status/text";
import { containerId, hostAnswers, ownContainers, type Told } from "./host-answers";

const report = (generation: GenerationNumber, told: Told) => reportHost("web-1", hostAnswers(generation, told));

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

const files = {
  "apache.yaml": "a: [\n",
  "docker_daemon.yaml": 'init_config:\ninstances:\n  - url: "unix://var/run/docker.sock"\n',
  "disk.yaml.default": "init_config:\ninstances:\n  - use_mount: no\n",
  "docker_daemon.yaml.default": "instances:\n  - url: another\n",
  "redisdb.yaml": `init_config:
instances:
  - host: "172.17.0.8"
    port: 6379
    password: hidden-password
    tags:
      - "project:shop"
  - host: "172.17.0.9"
    port: 6379
  # "cart" has no instance: it shares no network with the agent, which is on bridge.
`,
};

const told5: Told = { agentFiles: files, generatedFiles: files, agent: { "agent-info": info } };

describe("generation 5", () => {
  const { instances, problems, remarks } = report(5, told5);

  test("has a row for each instance in the files, with its result", () => {
    const rows = instances.map(({ check, instance, runs, samples, error }) => [check, instance, runs, samples, error]);
    expect(rows).toEqual([
      ["disk", "(disk)", 0, 0, "the agent can't load this check"],
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
    expect(instances[2]?.tags).toEqual(["project:shop"]);
  });

  test("a check that the agent does not mention may still come, shortly after its file", () => {
    const [disk] = report(5, { ...told5, age: 60 }).instances;
    expect(disk).toMatchObject({ check: "disk", collected: "not run yet", error: "" });
  });

  test("names the files that the agent refuses", () => {
    expect(problems).toEqual([
      "web-1: the agent refuses the config of apache: argument of type 'NoneType' is not iterable",
    ]);
  });

  test("repeats the generator's remarks in its configs", () => {
    expect(remarks).toEqual([
      'web-1: "cart" has no instance: it shares no network with the agent, which is on bridge.',
    ]);
  });

  test("a container does not hide itself by this program's label; one that was set aside is left out", () => {
    const labels = { "datadog-hosts.role": "agent" };
    const told = ["shop", "dd-agent.before-replacement.1"].map((name, index) => ({
      ...{ id: containerId(index + 1), name, labels },
    }));
    expect(report(7, { containers: [...ownContainers, ...told] }).unknown).toBe(1);
  });

  test("reports that nothing is collected", () => {
    const stopped = "=====\nCollector (v 5.32.8)\n=====\n\n  Collector is not running.\n";
    const of = report(5, { ...told5, agent: { "agent-info": stopped } });
    expect(of.instances.every(({ runs }) => runs === 0)).toBe(true);
    expect(of.problems).toContain("web-1: the agent's collector is not running");
  });

  test("an error does not show its file's password", () => {
    const short = { ...files, "redisdb.yaml": files["redisdb.yaml"].replace("hidden-password", "pw") };
    const failing = info.replace("Connection refused.", "AUTH pw refused.");
    const of = report(5, { ...told5, agentFiles: short, agent: { "agent-info": failing } });
    expect(of.instances[3]?.error).toBe("Error 111 connecting to 172.17.0.9:6379. AUTH ***** refused.");
  });

  test("an invalid YAML file is reported without its text", () => {
    const broken = { ...files, "redisdb.yaml": "instances:\n  - password: hidden-password\n  host: [\n" };
    const of = report(5, { ...told5, agentFiles: broken, agent: { "agent-info": "" } });
    expect(of.problems).toContain("web-1: redisdb.yaml is no YAML, from line 3 on");
    expect(JSON.stringify(of)).not.toContain("hidden-password");
  });
});

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
};

const redis = containerId(1);
const sourceOf = (path: string): string => `Configuration source: file:/etc/datadog-agent/conf.d/${path}\n`;

const configcheck = `=== docker check ===
Configuration provider: file
${sourceOf("docker.d/docker.yaml")}Config for instance ID: docker:b85c
collect_events: true
~
===

=== redisdb check ===
Configuration provider: file
${sourceOf("redisdb.d/redisdb.yaml")}Config for instance ID: redisdb:2
host: 172.17.0.9
port: 6379
~
===

=== redisdb check ===
${sourceOf(`redisdb.d/${redis}.yaml`)}Config for instance ID: redisdb:1
host: 172.17.0.8
port: 6379
tags:
- project:shop
~
===
`;

const oneInstance = 'instances:\n  - host: "172.17.0.8"\n    port: 6379\n    tags:\n      - "project:shop"\n';

const told7: Told = {
  containers: [...ownContainers, { id: redis, name: "cart-redis" }],
  agent: { "agent-status": JSON.stringify(status), "agent-configcheck": configcheck },
};

describe("generation 7", () => {
  const errorOf = (message: string): string =>
    JSON.stringify({
      runnerStats: {
        Checks: { redisdb: { "redisdb:1": { TotalRuns: 1, LastError: JSON.stringify([{ message }]) } } },
      },
    });

  test("finds an instance's statistics by its id, and its container by its file's name", () => {
    const { instances, problems } = report(7, told7);
    expect(
      instances.map(({ instance, container, runs, samples, error }) => [instance, container, runs, samples, error]),
    ).toEqual([
      ["(docker)", "", 1, 62, ""],
      ["172.17.0.8:6379", "cart-redis", 3, 39, ""],
      ["172.17.0.9:6379", "", 2, 0, "refused"],
    ]);
    expect(problems).toEqual([]);
  });

  test("finds an instance's statistics by its file if the two answers have different ids", () => {
    const source = `file:/etc/datadog-agent/conf.d/redisdb.d/${redis}.yaml`;
    const stats = { "redisdb:9": { TotalRuns: 7, MetricSamples: 1, LastError: "", CheckConfigSource: source } };
    const of = report(7, {
      ...told7,
      agent: { ...told7.agent, "agent-status": JSON.stringify({ runnerStats: { Checks: { redisdb: stats } } }) },
    });
    expect(of.instances.map(({ runs }) => runs)).toEqual([0, 7, 0]);
  });

  test("without one answer the other is still shown, with the reason", () => {
    const noStatus = report(7, { ...told7, agent: { ...told7.agent, "agent-status": "Error: {" } });
    expect(noStatus.instances.map(({ instance, collected }) => [instance, collected])).toEqual([
      ["(docker)", "not known"],
      ["172.17.0.8:6379", "not known"],
      ["172.17.0.9:6379", "not known"],
    ]);
    expect(noStatus.problems).toEqual([
      "web-1: the answer to agent status --json is no JSON: the state of the instances is unknown",
    ]);
    const noConfigs = report(7, { ...told7, agent: { ...told7.agent, "agent-configcheck": { status: 1 } } });
    expect(noConfigs.instances.map(({ instance, runs }) => [instance, runs])).toEqual([
      ["(docker)", 1],
      ["(redisdb:1)", 3],
      ["(redisdb:2)", 2],
    ]);
    expect(noConfigs.problems).toHaveLength(1);
  });

  test("an instance that is cut off does not affect the next check", () => {
    const cut = configcheck.replace("collect_events: true\n~\n===\n", "collect_ev");
    const of = report(7, { ...told7, agent: { ...told7.agent, "agent-configcheck": cut } });
    expect(of.instances.map(({ instance }) => instance)).toEqual(["(docker)", "172.17.0.8:6379", "172.17.0.9:6379"]);
  });

  test("JSON after other output of the agent is read", () => {
    const of = report(7, {
      ...told7,
      agent: { ...told7.agent, "agent-status": `a warning\n${JSON.stringify(status)}` },
    });
    expect(of.problems).toEqual([]);
    expect(of.instances[1]?.runs).toBe(3);
  });

  test("a config that the agent refuses is reported with its container's name and the agent's reason", () => {
    const refused = containerId(2);
    const refusing = { ...status, autoConfigStats: { ConfigErrors: { redisdb: "yaml: line 2", nginx: "other" } } };
    const told: Told = {
      ...told7,
      containers: [...ownContainers, { id: redis, name: "cart-redis" }, { id: refused, name: "odd-redis" }],
      generatedFiles: { [`redisdb.d/${redis}.yaml`]: oneInstance, [`redisdb.d/${refused}.yaml`]: oneInstance },
      agent: { ...told7.agent, "agent-status": JSON.stringify(refusing) },
    };
    const { instances, problems } = report(7, told);
    expect(problems).toEqual([
      "web-1: odd-redis: the agent refuses its redisdb config: yaml: line 2",
      "web-1: the agent refuses a config of nginx: other",
    ]);
    expect(instances).toHaveLength(3);
  });

  test("an instance whose check the agent does not have fails, and is no problem of the host besides", () => {
    const loaders = { "Core Check Loader": "Check redisdb not found in Catalog", "Python Check Loader": "No module" };
    const without = {
      checkSchedulerStats: { LoaderErrors: { redisdb: loaders, gone: { "Core Check Loader": "no" } } },
    };
    const told = { ...told7.agent, "agent-status": JSON.stringify(without) };
    const { containers, problems } = report(7, { ...told7, agent: told });
    expect(containers).toMatchObject([
      {
        container: "cart-redis",
        watch: "failing",
        error: "the agent can't load this check: Check redisdb not found in Catalog; No module",
        why: "the agent's image does not have it, or it can't be imported (docs/own-integrations.md)",
      },
    ]);
    expect(problems).toEqual(["web-1: the check gone can't be loaded: no"]);
  });

  test("a config is late after several polls of the agent", () => {
    const told = (age: number): Told => ({
      ...told7,
      containers: [
        { ...ownContainers[0], id: "a", name: "dd-agent", variables: ["DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL=5"] },
        { id: "b", name: "datadog-gen" },
        { id: containerId(3), name: "new-redis" },
      ],
      generatedFiles: { [`redisdb.d/${containerId(3)}.yaml`]: oneInstance },
      age,
    });
    expect(report(7, told(4))).toMatchObject({
      problems: [],
      remarks: ["web-1: new-redis: its redisdb config is 4 s old, and the agent has not read it yet"],
    });
    expect(report(7, told(40))).toMatchObject({
      problems: ["web-1: new-redis: the agent refuses its redisdb config: its log says why (docker logs dd-agent)"],
      remarks: [],
    });
  });

  test("an unresolved handle is reported with its container's name", () => {
    const raw = configcheck.replace("port: 6379\ntags:", "password: ENC[file@/etc/shadow]\nport: 6379\ntags:");
    expect(report(7, { ...told7, agent: { ...told7.agent, "agent-configcheck": raw } }).problems).toEqual([
      "web-1: cart-redis: its redisdb instance contains a secret handle that the agent has not resolved",
    ]);
  });

  test("values that the agent has resolved are not shown", () => {
    const resolved = configcheck.replace("project:shop", "project:resolved").replace("172.17.0.8", "from-a-handle");
    const { instances } = report(7, {
      ...told7,
      agentFiles: {
        [`redisdb.d/${redis}.yaml`]:
          'instances:\n  - host: "%%env_HOST%%"\n    tags:\n      - "ENC[file@/x]"\n      - a:1\n',
        "redisdb.d/redisdb.yaml": "instances:\n  - host: 172.17.0.9\n",
      },
      agent: { "agent-status": errorOf("secret in words"), "agent-configcheck": resolved },
    });
    expect(instances.map(({ instance, tags, error }) => [instance, tags, error])).toEqual([
      ["(docker)", [], ""],
      ["*****:6379", ["*****"], "an error that may hold a resolved secret (*****)"],
      ["172.17.0.9:6379", [], ""],
    ]);
  });

  test("values that the agent has resolved in a container's own labels are not shown", () => {
    const labelled = configcheck.replace(
      `file:/etc/datadog-agent/conf.d/redisdb.d/${redis}.yaml`,
      `container:docker://${redis}`,
    );
    const labels = { "com.datadoghq.ad.instances": '[{"host":"%%host%%","tags":["ENC[file@/x]"]}]' };
    const { instances } = report(7, {
      ...told7,
      containers: [...ownContainers, { id: redis, name: "attacker", labels }],
      agent: { ...told7.agent, "agent-configcheck": labelled.replace("project:shop", "resolved-words") },
    });
    expect(instances.find(({ container }) => container === "attacker")).toMatchObject({
      instance: "*****:6379",
      tags: ["*****"],
    });
  });

  test("an error shows neither its instance's password nor another one's long password", () => {
    const { instances } = report(7, {
      ...told7,
      agentFiles: {
        [`redisdb.d/${redis}.yaml`]: `${oneInstance}    password: pw\n`,
        "redisdb.d/redisdb.yaml": "instances:\n  - password: Other-Password-1\n",
      },
      agent: {
        ...told7.agent,
        "agent-status": errorOf("AUTH pw failed, pwd is fine; Other-Password-1 is another's"),
      },
    });
    expect(instances[1]?.error).toBe("AUTH ***** failed, pwd is fine; ***** is another's");
  });
});

test("a part of a host that does not answer has one line", () => {
  const silent = { status: 1, stderr: "Error response from daemon: \u001b[31mno\u001b[0m" };
  const { problems, instances } = report(7, { ...told7, agent: { ...told7.agent, "generated-files": silent } });
  expect(problems).toEqual(["web-1: the generated configs in datadog-gen can't be read (no)"]);
  expect(instances).toHaveLength(3);
});

test("the text shows the collected samples in each generation's form", () => {
  expect(formatReports([report(5, told5)])).toMatch(/redisdb +172\.17\.0\.8:6379 +39 samples of 2\n +project:shop\n/);
});
