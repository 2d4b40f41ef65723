import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { redisSamples, startCommand, startSamples } from "../../sandbox/samples/samples";
import { fingerprintOf } from "../../tools/init/host-key";
import { recordedSeries } from "../../tools/sandbox/intake";
import { run } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { generatedConfig, generatedInstances, watchedInstances } from "./support/agent";
import { cloneProgram } from "./support/clone";
import { expectOneMessage, make } from "./support/make";
import { onTerminal } from "./support/terminal";
import { isNewcomer, newcomer } from "./support/newcomer";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("main-job", { "staging-1": {}, "production-1": {} });
const environments = ["staging", "production"] as const;
const hostOf = (environment: string) => stage.host(`${environment}-1`);

/** For what takes seconds: `make bench` tells how many. */
const ceiling = { timeoutMs: 90_000 };

describe("two stacks of one program on two hosts", () => {
  const deployments = new Map<string, ReturnType<typeof stage.deployment>>();
  const firstConfigs = new Map<string, string>();
  const deploymentOf = (environment: string) => {
    const deployment = deployments.get(environment);
    if (deployment === undefined) throw new Error(`${environment} is not up`);
    return deployment;
  };

  beforeAll(async () => {
    for (const environment of environments) {
      const host = hostOf(environment);
      await host.run("docker network create backend");
      const deployment = stage.deployment(environment);
      deployments.set(environment, deployment);
      await deployment.configure(stageSettings(stage, [host], environment), apiKey);
      await deployment.make("up");
      // No container of anybody's yet: what is there is the first config.
      firstConfigs.set(environment, (await generatedConfig(host, "redisdb")) + (await generatedConfig(host, "docker")));
      await startSamples(host, redisSamples, stage.toolchain.images.services);
    }
  });

  test.each(environments)("the first configs of %s carry its tags", (environment) => {
    expect(firstConfigs.get(environment)).toContain(`project:shop, environment:${environment}.`);
    expect(firstConfigs.get(environment)).toContain(`"stack:sandbox-main-job-${environment}"`);
  });

  test.each(environments)("the agent of %s collects from every Redis, each with its own tags", async (environment) => {
    const expected = redisSamples.map(({ expected: { tags } }) => tags({ project: "shop", environment }));
    const instances = await waitFor(
      "the agent to have collected from every Redis",
      async () => {
        const found = await watchedInstances(hostOf(environment), "redisdb");
        return found.length === redisSamples.length && found.every(({ samples }) => samples > 0) && found;
      },
      { timeoutMs: 90_000, intervalMs: 1000 },
    );
    expect(instances.map(({ tags }) => tags)).toEqual(expect.arrayContaining(expected));
    expect(instances.map(({ error }) => error)).toEqual(redisSamples.map(() => ""));
  });

  test.each(environments)(
    "every series of %s carries its stack, and one project and environment at the most",
    async (environment) => {
      const series = await waitFor(
        "series of both kinds",
        async () => {
          const all = (await recordedSeries(stage.intake)).filter(({ host }) => host === `${environment}-1`);
          return (
            all.some(({ metric }) => metric.startsWith("redis.")) &&
            all.some(({ metric }) => metric.startsWith("docker.")) &&
            all
          );
        },
        { timeoutMs: 90_000, intervalMs: 1000 },
      );
      for (const { metric, tags } of series) {
        expect(tags, metric).toContain(`stack:sandbox-main-job-${environment}`);
        for (const key of ["project:", "environment:"]) {
          expect(tags.filter((tag) => tag.startsWith(key)).length, `${metric} ${tags.join(" ")}`).toBeLessThanOrEqual(
            1,
          );
        }
        if (metric.startsWith("redis.")) {
          const whole = redisSamples.map(({ expected }) => expected.tags({ project: "shop", environment }));
          expect(
            whole.some((own) => own.every((tag) => tags.includes(tag))),
            `${metric} ${tags.join(" ")}`,
          ).toBe(true);
        }
      }
    },
  );

  test("a Redis that starts is collected from; one that stops is removed from the file", async () => {
    const host = hostOf("staging");
    await host.run(startCommand(newcomer, stage.toolchain.images.services));
    await waitFor(
      "the newcomer in the agent's config",
      async () => (await watchedInstances(host, "redisdb")).some(isNewcomer),
      { ...ceiling, intervalMs: 500 },
    );
    await waitFor(
      "series of the newcomer",
      async () =>
        (await watchedInstances(host, "redisdb")).some((instance) => isNewcomer(instance) && instance.samples > 0),
      { ...ceiling, intervalMs: 500 },
    );
    await host.run("docker stop --time 0 newcomer");
    await waitFor(
      "the stopped newcomer to be out of the file",
      async () => !(await generatedInstances(host, "redisdb")).some(isNewcomer),
      ceiling,
    );
    await host.run("docker start newcomer");
    await waitFor(
      "the newcomer in the file again",
      async () => (await generatedInstances(host, "redisdb")).some(isNewcomer),
      ceiling,
    );
    await host.run("docker rm --force newcomer");
    await waitFor(
      "the removed newcomer to be out of the file",
      async () => !(await generatedInstances(host, "redisdb")).some(isNewcomer),
      ceiling,
    );
  });

  test("a second up, a preview and a refresh find nothing to do", async () => {
    const deployment = deploymentOf("staging");
    const { stack } = deployment;
    await deployment.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", stack]);
    await deployment.pulumi(["preview", "--expect-no-changes", "--stack", stack]);
    await deployment.pulumi(["refresh", "--preview-only", "--run-program", "--expect-no-changes", "--stack", stack]);
    // The generator's files are its own: no `up` puts a first config over them.
    expect(await generatedInstances(hostOf("staging"), "redisdb")).toHaveLength(redisSamples.length);
  });

  test("a preview from another clone and another home finds nothing to do", async () => {
    const deployment = deploymentOf("staging");
    const clone = cloneProgram();
    try {
      await deployment.pulumi(["preview", "--expect-no-changes", "--stack", deployment.stack], clone.options);
    } finally {
      clone.remove();
    }
  });

  test("destroy leaves the host as it was before, files that the generator wrote included", async () => {
    const host = hostOf("production");
    await deploymentOf("production").make("destroy");
    expect((await host.run("docker ps --all --format '{{.Names}}' | sort")).stdout.split("\n")).toEqual([
      "blog-sessions",
      "shop-cache",
      "",
    ]);
    expect((await host.run("find /home/core -mindepth 1 -not -path '*/.*'")).stdout).toBe("");
  });
});

describe("a host that no stack knows yet", () => {
  const folder = mkdtempSync(join(tmpdir(), "first-steps-"));
  const keyFile = join(folder, "api-key");
  let deployment: ReturnType<typeof stage.deployment> | undefined;
  /** Runs `make init` for the host without a terminal. */
  const init = async (...more: string[]) => {
    deployment ??= stage.deployment("steps");
    const { address, privateKeyFile } = hostOf("production");
    mkdirSync(dirname(deployment.passphraseFile), { recursive: true });
    writeFileSync(deployment.passphraseFile, "a-passphrase-of-the-test", { mode: 0o600 });
    const { agent, generator } = stage.toolchain.images;
    return make(deployment, [
      "init",
      "PROJECT=sandbox-main-job",
      "ENVIRONMENT=steps",
      `HOSTS=first-1=core@${address}`,
      `KEY=${privateKeyFile}`,
      `API_KEY_FILE=${keyFile}`,
      `INTAKE=${stage.intake.address}`,
      `AGENT_IMAGE=${agent}`,
      `GENERATOR_IMAGE=${generator}`,
      ...more,
    ]);
  };
  const everythingOf = async () =>
    (
      await hostOf("production").run(
        "docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'; docker images --no-trunc --quiet; docker network ls; find /home/core",
      )
    ).stdout;
  let before = "";

  beforeAll(async () => {
    writeFileSync(keyFile, `${apiKey}\n`, { mode: 0o600 });
    before = await everythingOf();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("its key has to be compared before anything is written", async () => {
    expectOneMessage(await init(), /Nobody has confirmed these keys yet/, [apiKey]);
    expect(existsSync(deployment?.stackFile ?? "")).toBe(false);
  });

  test("on a terminal, make init asks for everything, and shows no secret", async () => {
    const typed = stage.deployment("typed");
    const { address, hostKey, privateKeyFile } = hostOf("production");
    const { agent, generator } = stage.toolchain.images;
    // What nobody is asked for, and what is only asked for where containers run.
    const preset = [`INTAKE=${stage.intake.address}`, "INTEGRATIONS=docker,redisdb"];
    const images = [`AGENT_IMAGE=${agent}`, `GENERATOR_IMAGE=${generator}`];
    const passphrase = "a passphrase that was typed";
    try {
      const { status, output } = await onTerminal(["make", "--no-print-directory", "init", ...images, ...preset], {
        environment: { ...typed.environment, PULUMI_CONFIG_PASSPHRASE_FILE: undefined },
        answers: [
          ["Project", "sandbox-main-job"],
          ["Environment", "typed"],
          ["Host, as", `typed-1=core@${address}`],
          ["Another host", ""],
          ["File of the private key", privateKeyFile],
          ["Datadog site", ""],
          [fingerprintOf(hostKey), "yes"],
          ["Datadog's API key", apiKey],
          ["A new passphrase", passphrase],
          ["The same again", passphrase],
        ],
      });
      expect(status, output).toBe(0);
      expect(output).not.toContain(apiKey);
      expect(output).not.toContain(passphrase);
      const { config } = parse(readFileSync(typed.stackFile, "utf8")) as { config: Record<string, unknown> };
      expect(config).toMatchObject({
        "datadog-hosts:environment": "typed",
        "datadog-hosts:integrations": ["docker", "redisdb"],
        "datadog-hosts:hosts": [{ name: "typed-1", hostKey }],
      });
    } finally {
      await typed.forget();
    }
  });

  test("make init writes a stack by what runs there, and touches nothing", async () => {
    const { hostKey } = hostOf("production");
    const { status, output } = await init(`FINGERPRINTS=${fingerprintOf(hostKey)}`);
    expect(status, output).toBe(0);
    expect(output).toContain("blog-sessions runs redis (by its variable SERVICE)");
    expect(output).toMatch(/make preview STACK=sandbox-main-job-steps\n.*make up STACK=sandbox-main-job-steps/);
    expect(output).not.toContain(apiKey);
    const text = readFileSync(deployment?.stackFile ?? "", "utf8");
    expect(text).not.toContain(apiKey);
    expect((parse(text) as { config: unknown }).config).toMatchObject({
      "datadog-hosts:networks": ["backend"],
      "datadog-hosts:integrations": ["docker", "redisdb"],
      "datadog-hosts:apiKey": { secure: expect.any(String) as string },
      "datadog-hosts:hosts": [{ name: "first-1", hostKey }],
    });
    expect(await everythingOf()).toBe(before);
    expectOneMessage(await init(), /already exists, and was not changed/, [apiKey]);
    expect(readFileSync(deployment?.stackFile ?? "", "utf8")).toBe(text);
  });

  test("the next commands set up its monitoring", async () => {
    await deployment?.make("up");
    // Cheaper to ask than the whole status, which comes last.
    await waitFor(
      "the agent to have collected from both Redis",
      async () => {
        const instances = await watchedInstances(hostOf("production"), "redisdb");
        return instances.length === 2 && instances.every(({ samples }) => samples > 0);
      },
      { ...ceiling, intervalMs: 1000 },
    );
    await waitFor(
      "both Redis to be collected",
      async () => {
        const { stdout } = (await deployment?.make("status", { check: false })) ?? { stdout: "" };
        const rows = stdout.split("\n").filter((line) => /redisdb .*[1-9]\d* samples/.test(line));
        return rows.length === 2;
      },
      { ...ceiling, intervalMs: 1000 },
    );
  });

  test("make check reports what one container's check collects, or why it has none", async () => {
    const steps = deployment;
    if (steps === undefined) throw new Error("there is no stack");
    const host = hostOf("production");
    const check = async (container: string) => {
      const { stack, environment: env } = steps;
      const args = ["tools/check/main.ts", stack, "--host", "first-1", "--container", container];
      return run("node", ["tools/start.cjs", ...args], { check: false, env });
    };
    const well = await check("blog-sessions");
    expect(well.status, well.stderr).toBe(0);
    expect(well.stdout).toMatch(
      /redisdb \S+:6379\n {2}tags: project:blog environment:production[\s\S]* redis\.net\.clients +\d/,
    );
    expect(well.stdout).not.toContain("sample-password");
    await host.run(startCommand({ ...newcomer, network: "none" }, stage.toolchain.images.services));
    const lost = await waitFor(
      "the reason of a container without a network",
      async () => {
        const result = await check("newcomer");
        return result.stdout.includes("shares no network with the agent") && result;
      },
      { ...ceiling, intervalMs: 1000 },
    );
    expect(lost.status).toBe(1);
    const unknown = await check("blog-session");
    expect([unknown.status, unknown.stderr]).toEqual([3, expect.stringContaining("the nearest name is blog-sessions")]);
    await host.run("docker rm --force newcomer");
    await steps.make("destroy");
  });
});
