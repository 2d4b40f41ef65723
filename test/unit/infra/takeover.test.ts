import { describe, expect, test } from "vitest";

import { oldContainersScript } from "../../../infra/container";
import { putBackScript, setAsideScript, takeoverScript } from "../../../infra/container/takeover";
import { type HostScript, inOneScript, quote } from "../../../infra/shell";
import { type Outcome, runScript } from "./run-script";

const owner = { stackName: "shop-staging", formerStackNames: ["shop-stage"], name: "web-1", formerNames: ["old-1"] };

/** A container as the fake `docker inspect` tells of it, in the order that the script asks for. */
interface Fake {
  readonly name: string;
  readonly running?: boolean;
  readonly stack?: string;
  readonly host?: string;
  readonly args?: readonly string[];
}

/** Runs a script with a `docker` that lists these containers. */
function runWith(containers: readonly Fake[], script: HostScript): Outcome {
  const inspected = containers.map(({ name, running = true, stack = "", host = "", args = [] }) =>
    [name, String(running), `/${name}`, "image:1", `stack=${stack}`, `host=${host}`, JSON.stringify(args)].join(" "),
  );
  const lines = inspected.map((line) => ` ${quote(line)}`).join("");
  const docker = [
    "*label=*) ;;",
    `ps*) printf '%s\\n'${lines} | cut -d ' ' -f 1 ;;`,
    `inspect*) printf '%s\\n'${lines} ;;`,
    "*) log ;;",
  ];
  return runScript(script, docker.join("\n"));
}

describe("conflicting containers", () => {
  const isInTheWay = (container: Fake): boolean =>
    runWith([container], inOneScript(oldContainersScript(owner), { calls: [["old_containers"]] })).stdout !== "";

  test.each<Fake>([
    { name: "dd-agent" },
    { name: "dd-agent", running: false },
    { name: "datadog-gen" },
    { name: "dockgen-datadog" },
    { name: "any-name", args: ["-notify-sighup", "dd-agent", "-config", "/c"] },
    { name: "any-name", args: ["-notify-sighup=dd-agent"] },
    { name: "dd-agent.before-takeover" },
    { name: "dockgen-datadog.before-takeover-stopped", running: false },
    { name: "dd-agent", stack: "blog-staging", host: "web-1" },
    { name: "dd-agent", stack: "shop-staging", host: "web-2" },
  ])("%j is", (container) => {
    expect(isInTheWay(container)).toBe(true);
  });

  test.each<Fake>([
    { name: "dd-agent", stack: "shop-staging", host: "web-1" },
    { name: "dd-agent", stack: "shop-staging", host: "old-1" },
    { name: "dd-agent.failed-takeover", stack: "shop-staging", host: "web-1" },
    { name: "dockgen-datadog", running: false },
    { name: "dockgen-nginx", args: ["-notify-sighup", "nginx", "-config", "/c"] },
    { name: "app", args: ["--statsd", "dd-agent"] },
    { name: "my-dd-agent" },
  ])("%j is not", (container) => {
    expect(isInTheWay(container)).toBe(false);
  });
});

test("the old agent keeps running under another name, and the old generators stop", () => {
  const { docker } = runWith(
    [{ name: "dd-agent" }, { name: "datadog-gen" }, { name: "dockgen-datadog" }],
    setAsideScript(owner),
  );
  expect(docker).toEqual([
    "rename dd-agent dd-agent.before-takeover",
    "rename datadog-gen datadog-gen.before-takeover",
    "stop datadog-gen",
    "rename dockgen-datadog dockgen-datadog.before-takeover",
    "stop dockgen-datadog",
  ]);
});

test("stopped containers are restored as they were, the agent before the generator that signals it", () => {
  const { docker } = runWith(
    [
      { name: "datadog-gen.before-takeover" },
      { name: "dd-agent.before-takeover" },
      { name: "dockgen-datadog.before-takeover-stopped", running: false },
    ],
    putBackScript(owner),
  );
  expect(docker).toEqual([
    "rename dd-agent.before-takeover dd-agent",
    "start dd-agent.before-takeover",
    "rename datadog-gen.before-takeover datadog-gen",
    "start datadog-gen.before-takeover",
    "rename dockgen-datadog.before-takeover-stopped dockgen-datadog",
  ]);
});

test("another stack's container is never set aside", () => {
  expect(runWith([{ name: "dd-agent", stack: "blog-staging" }], setAsideScript(owner))).toMatchObject({
    status: 1,
    stderr: "the container dd-agent belongs to blog-staging\n",
    docker: [],
  });
});

describe("a takeover", () => {
  /** Completes a takeover in which an old agent was set aside. `health` is the health of the new containers. */
  function end(health: { readonly agent: string; readonly generator: string }): Outcome {
    const docker = [
      "*label=*) echo new-agent ;;",
      "ps*) echo old ;;",
      "*'{{.Name}}'*new-agent) echo /dd-agent ;;",
      "*'{{.Name}}'*new-generator) echo /datadog-gen ;;",
      `*RestartCount*new-agent) echo '${health.agent}' ;;`,
      `*RestartCount*new-generator) echo '${health.generator}' ;;`,
      "*.Health.Log*) echo answered ;;",
      "*.Config.Image*) echo 'old true /dd-agent.before-takeover image:1 stack= host= []' ;;",
      "logs*) echo 'no key' ;;",
      "*) log ;;",
    ];
    const ids = { agent: "new-agent", generator: "new-generator" };
    return runScript(takeoverScript({ ...owner, address: "192.0.2.10" }, ids), docker.join("\n"));
  }

  test("removes the old containers once the new ones are healthy", () => {
    expect(end({ agent: "0 healthy", generator: "0 healthy" })).toMatchObject({
      status: 0,
      stderr: "",
      docker: ["stop old", "rm old"],
    });
  });

  test.each([
    ["is unhealthy", "0 unhealthy", "dd-agent is unhealthy"],
    ["keeps restarting", "3 starting", "dd-agent keeps restarting"],
  ])("restores the old containers if a new one %s, and shows its output", (_, agent, problem) => {
    expect(end({ agent, generator: "0 healthy" })).toMatchObject({
      status: 1,
      stderr:
        `Host web-1 (192.0.2.10): the old containers run again, because the new ${problem}. Its last output:\n` +
        "  no key\n  answered\n",
      docker: ["rename new-agent dd-agent.failed-takeover", "stop new-agent", "rename old dd-agent", "start old"],
    });
  });
});

test("a container's output is shown without control sequences and API keys", () => {
  const said = `\u001b[2Jone\u0007 ${"0aB".repeat(10)}0a é\u0085\ttab\ntwo\n`;
  const calls = [["eval", `printf %s ${quote(said)} | harmless`]] as const;
  const { stdout } = runScript({ files: ["harmless"], calls });
  expect(stdout).toBe("  [2Jone ***** \ttab\n  two\n");
});
