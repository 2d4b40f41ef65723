import { beforeAll, describe, expect, test } from "vitest";

import type { GenerationNumber } from "../../infra/integrations";
import { samples, startSamples } from "../../sandbox/samples/samples";
import { recordedSeries } from "../../tools/sandbox/intake";
import type { RunResult } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { hostReport } from "./support/agent";
import { inspectContainer } from "./support/containers";
import { upWithEarlierProgram } from "./support/earlier-program";
import { leftovers, writeFleet } from "./support/fleet";
import { allCollected, stack } from "./support/samples";
import { apiKey, setStage, stageSettings } from "./support/stage";

/** The last program whose state holds scripts that delete the folders of generated files as a whole. */
const earlier = "989b4c3";

/** Seconds from one sample of an instance to the next. */
const interval = 15;

/**
 * Seconds for which an instance that is due may go without a sample. An agent runs a check that it has just read up to an
 * interval later, and the old agent's last run may lie an interval back.
 */
const longestGap = 30;

const stage = setStage("upgrade", { "upgrade-7": {}, "upgrade-5": {} }, { generation5: true });
const generations = [7, 5] as const;
const hostOf = (generation: GenerationNumber) => stage.host(`upgrade-${generation}`);
const watched = samples.filter(({ expected }) => ["redisdb", "nginx"].includes(expected.check));

/**
 * What each instance looks at, and its tags: all that a reader of its series knows it by. Where the agent finds the
 * engine's socket, and on which port nginx shows its status, is its own affair.
 */
async function instancesOf(generation: GenerationNumber): Promise<string[]> {
  const { instances } = await hostReport(hostOf(generation), generation);
  return instances.map(({ check, instance, tags }) => {
    const place = instance.replace(/^unix:.*/, "(socket)").replace(/:\d+(?=\/nginx_status$)/, "");
    return `${check} ${place} ${tags.join(" ")}`;
  });
}

/** When the intake got a sample of each watched container, by the container's name, in seconds since 1970, sorted. */
async function sampledAt(generation: GenerationNumber): Promise<Map<string, number[]>> {
  const metrics: Record<string, string> = { redisdb: "redis.net.clients", nginx: "nginx.net.connections" };
  const all = await recordedSeries(stage.intake);
  return new Map(
    watched.map(({ name, expected }) => [
      name,
      all
        .filter(
          ({ host, metric, tags }) =>
            host === `upgrade-${generation}` &&
            metric === metrics[expected.check] &&
            expected.tags(stack).every((tag) => tags.includes(tag)),
        )
        .flatMap(({ points }) => points.map(([time]) => time))
        .sort((a, b) => a - b),
    ]),
  );
}

/** Waits until the intake has got some samples of each watched container since a time. */
async function sampledSince(time: number, generation: GenerationNumber, count: number): Promise<void> {
  await waitFor(
    `${count} samples of every container on ${hostOf(generation).name}`,
    async () => {
      const sampled = [...(await sampledAt(generation))];
      const missing = sampled.filter(([, times]) => times.filter((each) => each > time).length < count);
      if (missing.length > 0) throw new Error(`fewer of ${missing.map(([name]) => name).join(", ")}`);
      return true;
    },
    { timeoutMs: 120_000, intervalMs: 1000 },
  );
}

describe("hosts that an earlier program has deployed, after one up", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  const instances = new Map<GenerationNumber, string[]>();
  let started = 0;
  let pristine = "";
  let replaced: RunResult;
  const up = (...flags: readonly string[]): Promise<RunResult> =>
    deployment.pulumi(["up", "--yes", "--skip-preview", "--stack", deployment.stack, ...flags], { check: false });

  beforeAll(async () => {
    pristine = await leftovers(hostOf(7));
    await Promise.all(generations.map((each) => startSamples(hostOf(each), watched, stage.toolchain.images.services)));
    deployment = stage.deployment("staging");
    const hosts = generations.map(hostOf);
    await deployment.configure(stageSettings(stage, hosts, "staging"), apiKey);
    const { agent5 } = stage.toolchain.images;
    writeFleet(
      deployment,
      generations.map((generation) => ({
        name: `upgrade-${generation}`,
        machine: hostOf(generation),
        ...(generation === 5 && { settings: { agent: { generation, image: agent5 } } }),
      })),
    );
    await upWithEarlierProgram(deployment, earlier);
    for (const generation of generations) {
      await allCollected(hostOf(generation), generation, watched);
      instances.set(generation, await instancesOf(generation));
      await sampledSince(0, generation, 1);
    }
    started = Date.now() / 1000;
    replaced = await up("--replace", "**::upgrade-7-files", "--replace", "**::upgrade-5-api-key");
    await deployment.make("up");
    const ended = Date.now() / 1000;
    await Promise.all(generations.map((generation) => sampledSince(ended, generation, 2)));
  });

  test.each(generations)("generation %i: no instance goes without a sample for long", async (generation) => {
    for (const [name, times] of await sampledAt(generation)) {
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      const during = gaps.filter((_, index) => (times[index + 1] ?? 0) > started);
      expect(Math.max(...during), name).toBeLessThanOrEqual(interval + longestGap);
    }
  });

  test.each(generations)("generation %i: every instance is there once, with its tags", async (generation) => {
    await allCollected(hostOf(generation), generation, watched);
    expect(await instancesOf(generation)).toEqual(instances.get(generation));
  });

  test.each(generations)(
    "generation %i: both containers are healthy, and what they mount is there",
    async (generation) => {
      const host = hostOf(generation);
      for (const name of ["dd-agent", "datadog-gen"]) {
        await waitFor(
          `${name} to be healthy`,
          async () =>
            (await host.run(`docker inspect --format '{{.State.Health.Status}} {{.RestartCount}}' ${name}`)).stdout ===
            "healthy 0\n",
          { timeoutMs: 60_000, intervalMs: 500 },
        );
        const { Mounts } = await inspectContainer(host, name);
        const missing = await host.run(
          `for path in ${Mounts.map(({ Source }) => `'${Source}'`).join(" ")}; do [ -e "$path" ] || [ -z "$path" ] || echo "$path"; done`,
        );
        expect(missing.stdout).toBe("");
      }
    },
  );

  test("files are not replaced if the state's delete script would remove the new ones, too", () => {
    expect(replaced.status).not.toBe(0);
    expect(replaced.stdout + replaced.stderr).toMatch(
      /Host upgrade-\d .*an earlier version of this program .*Run up once without --replace/,
    );
  });

  test("the state holds the resources of today's program alone", async () => {
    const { stdout } = await deployment.pulumi(["stack", "export", "--stack", deployment.stack]);
    const { deployment: state } = JSON.parse(stdout) as { deployment: { resources: { urn: string }[] } };
    const names = state.resources.map(({ urn }) => urn.split("::").pop() ?? "");
    const roles = ["", "-agent", "-api-key", "-cleanup", "-docker", "-files", "-generator", "-preflight"];
    for (const host of generations.map((generation) => `upgrade-${generation}`)) {
      expect(names.filter((name) => name.startsWith(host)).sort()).toEqual(roles.map((role) => `${host}${role}`));
    }
  });

  test("a second up finds nothing to do", async () => {
    const { status, stdout, stderr } = await up("--expect-no-changes");
    expect(status, stdout + stderr).toBe(0);
  });

  test("of replaced files, none that containers use is removed", async () => {
    const files = "find /home/core/datadog -type f | sort";
    const before = await Promise.all(generations.map(async (each) => (await hostOf(each).run(files)).stdout));
    const flags = generations.flatMap((each) => [`**::upgrade-${each}-files`, `**::upgrade-${each}-api-key`]);
    const { status, stdout, stderr } = await up(...flags.flatMap((glob) => ["--replace", glob]));
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/upgrade-7-files (deleted|replaced)/);
    expect(await Promise.all(generations.map(async (each) => (await hostOf(each).run(files)).stdout))).toEqual(before);
  });

  test("destroy leaves the hosts as they were", async () => {
    await deployment.make("destroy");
    for (const generation of generations) {
      const names = watched.map(({ name }) => name).join(" ");
      await hostOf(generation).run(`docker rm --force ${names}`);
      expect(await leftovers(hostOf(generation))).toBe(pristine);
    }
  });
});
