import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { samples, startSamples, type Sample } from "../../sandbox/samples/samples";
import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import { waitFor } from "../../tools/shared/wait";
import { cloneProgram, type ProgramClone } from "./support/clone";
import { containerIds, filesAndImages, makeUp, writeFleet, type StackKeys } from "./support/fleet";
import { longestGapOf } from "./support/gap";
import { killUpOf, signalPulumiOf } from "./support/interruption";
import { loseTag } from "./support/lost-tag";
import { previewChanges } from "./support/preview";
import { allCollected } from "./support/samples";
import { exportState } from "./support/state";
import { apiKey, setStage, stageSettings } from "./support/stage";

const names = ["canary-1", "other-1", "other-2"] as const;
const stage = setStage("rollout", { "canary-1": {}, "other-1": {}, "other-2": {} });

/** One of each of three integrations, memcached on a network of its own. */
const watched = ["shop-cache", "shop-web", "blog-pages"].map((name) => {
  const sample = samples.find((one) => one.name === name);
  if (sample === undefined) throw new Error(`there is no sample ${name}`);
  return sample;
});

/** The verdict on a generator comes soon. */
const healthCheck = { intervalSeconds: 2, startSeconds: 4 };

/** By name, the containers of each machine. */
type Containers = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe("a change that has to prove itself on three hosts", () => {
  let deployment: SandboxDeployment;
  let clone: ProgramClone;

  beforeAll(async () => {
    deployment = stage.deployment("staging");
    const hosts = names.map((name) => stage.host(name));
    await deployment.configure(stageSettings(stage, hosts, "staging"), apiKey);
    await Promise.all(
      names.map((name) =>
        startSamples(
          stage.host(name),
          name === "canary-1" ? watched : watched.slice(0, 1),
          stage.toolchain.images.services,
        ),
      ),
    );
    write();
    const first = await makeUp(deployment);
    expect(first.status, first.stdout + first.stderr).toBe(0);
    clone = cloneProgram({ withTools: true });
    loseTag(clone);
    await collecting();
  });
  afterAll(() => clone.remove());

  const write = (keys: StackKeys = {}): void => {
    writeFleet(
      deployment,
      names.map((name) => ({ name, machine: stage.host(name) })),
      {
        networks: ["backend"],
        agent: { generation: 7, image: stage.toolchain.images.agent, pollSeconds: 2 },
        generator: { image: stage.toolchain.images.generator, healthCheck },
        rollout: { canary: "canary-1", batch: 1, proof: "40s" },
        ...keys,
      },
    );
  };

  const collecting = (on: readonly Sample[] = watched) => allCollected(stage.host("canary-1"), 7, on);

  const containers = async (): Promise<Containers> =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await containerIds(stage.host(name))] as const)),
    );

  const filesOnOthers = (): Promise<readonly string[]> =>
    Promise.all(names.slice(1).map((name) => filesAndImages(stage.host(name))));

  const longestGap = (metric: string, since: number): Promise<number> =>
    longestGapOf(stage.intake, { host: "canary-1", metric, since });

  /** What holds after each way back: all containers are those of before, and the state knows no others. */
  const expectAsBefore = async (before: Containers): Promise<void> => {
    expect(await containers()).toEqual(before);
    write();
    expect(await previewChanges(deployment)).toEqual({});
    await collecting();
    expect(await containers()).toEqual(before);
  };

  test("an image that never publishes goes back, also after kills in the middle of the proof and after the way back", async ({
    task,
  }) => {
    if ((task.result?.retryCount ?? 0) > 0) {
      await deployment.make("unlock");
      write();
      await deployment.make("up");
    }
    const before = await containers();
    const since = Date.now();
    const silent = "datadog-hosts-test/silent-generator:1";
    const recipe = `FROM ${stage.toolchain.images.generator}\nENTRYPOINT ["/bin/sh", "-c", "sleep 3600"]\n`;
    await stage.host("canary-1").run(`docker build --quiet --tag ${silent} -`, { input: recipe });
    write({ generator: { image: silent, healthCheck } });
    let isKilled = false;
    const cut = await makeUp(deployment, (line) => {
      // By now, the state has the new container, and the old one as to be deleted.
      if (isKilled || !/ canary-1-cleanup updating/.test(line)) return;
      isKilled = true;
      killUpOf(deployment.stack);
    });
    expect(cut.status).not.toBe(0);
    expect(isKilled).toBe(true);
    await deployment.pulumi(["cancel", "--yes", "--stack", deployment.stack]);
    const resumed = await makeUp(deployment);
    expect(resumed.status, resumed.stdout + resumed.stderr).not.toBe(0);
    expect(resumed.stderr).toMatch(/^Host canary-1 \(\S+\): went back to its old dd-agent and datadog-gen/m);
    expect(await containers()).toEqual(before);

    const run = makeUp(deployment);
    await waitFor(
      "the new generator",
      async () => (await containerIds(stage.host("canary-1")))["datadog-gen"] !== before["canary-1"]?.["datadog-gen"],
      { timeoutMs: 120_000 },
    );
    await waitFor(
      "the way back",
      async () => (await containerIds(stage.host("canary-1")))["datadog-gen"] === before["canary-1"]?.["datadog-gen"],
      { timeoutMs: 120_000, intervalMs: 50 },
    );
    await signalPulumiOf(deployment.stack, 1, "SIGKILL");
    const killed = await run;
    expect(killed.status).not.toBe(0);
    await deployment.pulumi(["cancel", "--yes", "--stack", deployment.stack]);
    write();
    const { status, stdout, stderr } = await makeUp(deployment);
    expect(status, stdout + stderr).toBe(0);
    const after = await containers();
    expect(Object.keys(after["canary-1"] ?? {}).sort()).toEqual(Object.keys(before["canary-1"] ?? {}).sort());
    expect({ ...after, "canary-1": undefined }).toEqual({ ...before, "canary-1": undefined });
    await collecting();
    // A change of the generator stops no agent, killed or not.
    expect(after["canary-1"]?.["dd-agent"]).toBe(before["canary-1"]?.["dd-agent"]);
    expect(await longestGap("redis.", since)).toBeLessThan(40_000);
  });

  test("a network that is taken out goes back, and without a canary, too, the hosts after it get no file", async () => {
    const before = await containers();
    const files = await filesOnOthers();
    const since = Date.now();
    write({ networks: [], rollout: { batch: 1, proof: "40s" } });
    const { status, stdout, stderr } = await makeUp(deployment);
    expect(status, stdout + stderr).not.toBe(0);
    for (const name of names.slice(1)) {
      const refused = new RegExp(`^Host ${name} .*was left as it is, because host canary-1 failed its proof`, "m");
      expect(stderr).toMatch(refused);
    }
    expect(await filesOnOthers()).toEqual(files);
    expect(stderr).toMatch(
      /^Host canary-1 \(\S+\): went back .*: mcache \S+ \(blog-pages\) has no instance any more$/m,
    );
    await expectAsBefore(before);
    // Both agents reach Redis: nothing is collected while one takes the other's place, and until their first checks.
    expect(await longestGap("redis.", since)).toBeLessThan(90_000);
    // Nothing of memcached is collected until the agent that reaches it is back, which the time of the proof limits.
    expect(await longestGap("memcache.", since)).toBeLessThan(150_000);
  });

  test("a change that was announced and accepted passes, one host after the other", async () => {
    const rendered = await deployment.make("render", clone.options);
    const [, accept = ""] = /ACCEPT=([0-9a-f]+)/.exec(rendered.stdout) ?? [];
    expect(accept, rendered.stdout).toMatch(/^[0-9a-f]{8}$/);
    const refused = await deployment.make("up", {
      ...clone.options,
      check: false,
      env: { ...clone.options.env, ACCEPT: "00000000" },
    });
    expect(refused.stderr).toMatch(/ACCEPT=00000000 is not what hosts of \S+ would lose: it is ACCEPT=/);
    const before = await containers();
    const { status, stdout, stderr } = await deployment.make("up", {
      ...clone.options,
      check: false,
      env: { ...clone.options.env, ACCEPT: accept },
    });
    expect(status, stdout + stderr).toBe(0);
    const after = await containers();
    for (const name of names) expect(after[name]?.["datadog-gen"], name).not.toBe(before[name]?.["datadog-gen"]);
    const order = [...stdout.matchAll(/^ *\+\+? .* (\S+)-generator creat\w+ replacement/gm)].map(([, name]) => name);
    expect([...new Set(order)]).toEqual(["canary-1", "other-1", "other-2"]);
  });

  test("a host that is gone for good is forgotten: the state does not have it any more, and nothing is done there", async () => {
    const before = await containerIds(stage.host("other-2"));
    const { stdout } = await deployment.make("forget", { env: { HOST: "other-2" } });
    expect(stdout).toMatch(/has forgotten host other-2; the machine was not touched/);
    const { resources = [] } = (await exportState(deployment)).deployment;
    const urns = resources.map(({ urn }) => urn);
    expect(urns.filter((urn) => urn.includes("::other-2"))).toEqual([]);
    expect(urns.filter((urn) => urn.includes("::other-1"))).not.toEqual([]);
    expect(await containerIds(stage.host("other-2"))).toEqual(before);
  });
});
