import { readFile, writeFile } from "node:fs/promises";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { redisSamples, startCommand } from "../../sandbox/samples/samples";
import { recordedSeries } from "../../tools/sandbox/intake";
import { waitFor } from "../../tools/shared/wait";
import { containersOf, loadOldImages, startOldContainers } from "./support/old-containers";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("takeover", { "stage-1": {} }, { generation5: true });
const host = () => stage.host("stage-1");

/** Seconds for which nobody may collect, and as many again for a machine that is busy with other tests. */
const longestGap = 60;

/** So that a test need not wait for half a minute to see a container's health. */
const quickHealth = { intervalSeconds: 2, startSeconds: 1, retries: 2 };

describe("a host with an agent and a generator of somebody else", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  let empty = "";
  let settings = "";

  const stack = (): string[] => ["--stack", deployment.stack];
  const names = async (): Promise<string[]> =>
    (await host().run("docker ps --all --format '{{.Names}} {{.State}}' | grep -v ^cache | sort")).stdout
      .trim()
      .split("\n");
  const startOld = async (generator = "datadog-gen"): Promise<void> => {
    await startOldContainers(stage, host(), generator);
    await waitFor("the old agent to have read what the old generator wrote", async () =>
      (await host().run("docker exec dd-agent service datadog-agent info")).stdout.includes("redisdb"),
    );
    expect(await names()).toEqual([`${generator} running`, "dd-agent running"].sort());
  };
  const upFails = async (): Promise<string> => {
    const { status, stdout, stderr } = await deployment.make("up", { check: false });
    expect(status, stdout + stderr).not.toBe(0);
    return stdout + stderr;
  };

  beforeAll(async () => {
    await loadOldImages(stage, host());
    await host().loadImage(stage.toolchain.images.services);
    const [sample] = redisSamples;
    if (sample === undefined) throw new Error("there is no sample of Redis");
    await host().run(
      `docker network create backend; ${startCommand({ ...sample, name: "cache" }, stage.toolchain.images.services)}`,
    );
    // A container whose label passes another one off as an old agent.
    await host().run(
      [
        "forged=$(docker inspect --format 'x#{{.Id}} true /dd-agent forged stack= host= []' cache | tr '#' '\\n')",
        `docker run --detach --name cache-forger --label "datadog-hosts.stack=$forged" --entrypoint sleep ${stage.toolchain.images.services} 86400`,
      ].join("; "),
    );
    deployment = stage.deployment("staging");
    await deployment.forget();
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    settings = await readFile(deployment.stackFile, "utf8");
    empty = (await deployment.pulumi(["stack", "export", ...stack()])).stdout;
  });

  beforeEach(async () => {
    await host().run("docker ps --all --format '{{.Names}}' | grep -v ^cache | xargs -r docker rm --force");
    await host().run("rm -rf /home/core/datadog /tmp/datadog");
    await writeFile(deployment.stackFile, settings);
    await deployment.pulumi(["stack", "import", ...stack()], { input: empty });
  });

  test("up reports what is in the way and stops, and nothing is changed", async () => {
    await startOld();
    const before = await containersOf(host());
    const said = await upFails();
    expect(said).toMatch(/^Host stage-1 \(.*\): in the way: .*\bdatadog-gen \(jwilder\/docker-gen, running\)/m);
    expect(said).toContain("dd-agent (datadog/docker-dd-agent, running)");
    expect(said).toContain("set adopt: true");
    expect(said).not.toContain("forged");
    expect(await containersOf(host())).toBe(before);
    expect((await host().run("ls /home/core")).stdout).not.toContain("datadog\n");
  });

  test("a generator under the name that the repository of 2016 gives it is in the way too", async () => {
    await startOld("dockgen-datadog");
    await host().run("docker rm --force dd-agent");
    expect(await upFails()).toContain("in the way: dockgen-datadog (jwilder/docker-gen, running)");
  });

  test("what another stack monitors is never taken over", async () => {
    await host().run(
      "docker create --name dd-agent --label datadog-hosts.stack=blog-production --label datadog-hosts.host=web-9 datadog/docker-dd-agent",
    );
    changeSettings(deployment.stackFile, { adopt: true });
    expect(await upFails()).toContain("the container dd-agent belongs to stack blog-production");
    expect(await names()).toEqual(["dd-agent created"]);
  });

  test("with adopt the old ones go when the new ones are healthy, with no gap in what is collected", async () => {
    await startOld();
    const collectors = async (): Promise<Map<string, number[]>> => {
      const times = new Map<string, number[]>();
      for (const { metric, host: from, points } of await recordedSeries(stage.intake)) {
        if (!metric.startsWith("redis.")) continue;
        times.set(from, [...(times.get(from) ?? []), ...points.map(([time]) => time)]);
      }
      return times;
    };
    const hasPointsAfter = (name: string, time: number) => async () =>
      (await collectors()).get(name)?.some((point) => point > time) ?? false;
    await waitFor("the old agent to collect", hasPointsAfter("stage-agent", 0), { timeoutMs: 90_000 });
    const [oldAgent] = (await host().run("docker inspect --format '{{.Id}}' dd-agent")).stdout.split("\n");
    const started = Date.now() / 1000;
    changeSettings(deployment.stackFile, { "hosts.0.adopt": true });
    await deployment.make("up");
    const ended = Date.now() / 1000;
    const filters = "--filter event=die --filter event=health_status";
    const events = await host().run(
      `docker events --since ${Math.floor(started)} --until ${Math.ceil(ended)} ${filters} --format '{{.Action}} {{.ID}}'`,
    );
    const order = events.stdout.split("\n").filter((line) => /^health_status: healthy|^die/.test(line));
    const agent = (await host().run("docker inspect --format '{{.Id}}' dd-agent")).stdout.trim();
    expect(order.indexOf(`die ${String(oldAgent)}`)).toBeGreaterThan(order.indexOf(`health_status: healthy ${agent}`));
    expect(order).toContain(`health_status: healthy ${agent}`);

    expect(await names()).toEqual(["datadog-gen running", "dd-agent running"]);
    expect((await host().run("docker inspect --format '{{.Config.Image}}' dd-agent")).stdout.trim()).toBe(
      stage.toolchain.images.agent,
    );
    await waitFor("the new agent to collect", hasPointsAfter("stage-1", ended), { timeoutMs: 90_000 });
    const collected = await collectors();
    const times = [...(collected.get("stage-agent") ?? []), ...(collected.get("stage-1") ?? [])].sort((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => ({ time, seconds: time - (times[index] ?? time) }));
    const during = gaps.filter(({ time }) => time >= started - longestGap);
    expect(Math.max(...during.map(({ seconds }) => seconds))).toBeLessThan(longestGap);

    const state = await host().run(
      "docker inspect --format '{{.RestartCount}} {{.State.Health.Status}}' dd-agent; docker logs dd-agent 2>&1",
    );
    expect(state.stdout).toMatch(/^0 healthy\n/);
    expect(state.stdout, "generation 7 must get no signal").not.toContain("SIGHUP");
    await deployment.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes", ...stack()]);
    await deployment.pulumi(["preview", "--expect-no-changes", ...stack()]);
  });

  test("an agent that never becomes healthy gives way to the old ones, and the next up takes over", async () => {
    await startOld("dockgen-datadog");
    const ids = async (): Promise<string> =>
      (await host().run("docker inspect --format '{{.Id}} {{.State.Running}}' dd-agent dockgen-datadog")).stdout;
    const before = await ids();
    changeSettings(deployment.stackFile, {
      adopt: true,
      "agent.healthCheck": { ...quickHealth, test: ["CMD-SHELL", "echo no intake; exit 1"] },
      "generator.healthCheck": quickHealth,
    });
    const said = await upFails();
    expect(said).toMatch(/^Host stage-1 \(.*\): the old containers run again, because the new dd-agent is unhealthy/m);
    expect(said).toContain("no intake");
    expect(said).not.toContain(apiKey);
    expect(await ids()).toBe(before);

    changeSettings(deployment.stackFile, { "agent.healthCheck": quickHealth });
    await deployment.make("up");
    expect(await names()).toEqual(["datadog-gen running", "dd-agent running"]);
    await deployment.pulumi(["preview", "--expect-no-changes", ...stack()]);
  });

  test("an agent that can't be made gives way to the old ones, and destroy leaves them alone", async () => {
    await startOld();
    const ids = async (): Promise<string> =>
      (await host().run("docker inspect --format '{{.Id}} {{.State.Running}}' dd-agent datadog-gen")).stdout;
    const before = await ids();
    changeSettings(deployment.stackFile, {
      adopt: true,
      "agent.mounts": [{ source: "/no/such/folder", target: "/checks.d" }],
    });
    expect(await upFails()).toContain("/no/such/folder");
    expect(await ids()).toBe(before);
    await deployment.make("destroy");
    expect(await ids()).toBe(before);
    expect(await names()).toEqual(["datadog-gen running", "dd-agent running"]);
  });

  test("an image that is not available is reported before anything steps aside", async () => {
    await startOld();
    const before = await containersOf(host());
    changeSettings(deployment.stackFile, { adopt: true, "agent.image": "no-such-registry.invalid/agent:1" });
    expect(await upFails()).toMatch(/the image no-such-registry.* is not available/);
    expect(await containersOf(host())).toBe(before);
  });

  test("a takeover that was cut off is finished by the next up", async () => {
    await startOld();
    changeSettings(deployment.stackFile, {
      adopt: true,
      "agent.healthCheck": quickHealth,
      "generator.healthCheck": quickHealth,
    });
    // As a run leaves it that ends between the old ones' stepping aside and the new ones' creation.
    await host().run(
      "for name in dd-agent datadog-gen; do docker rename $name $name.before-takeover; done; docker stop datadog-gen.before-takeover",
    );
    await deployment.make("up");
    expect(await names()).toEqual(["datadog-gen running", "dd-agent running"]);
  });
});
