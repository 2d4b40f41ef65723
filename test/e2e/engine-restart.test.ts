import { beforeAll, describe, expect, test } from "vitest";

import { redisSamples, startSamples } from "../../sandbox/samples/samples";
import { waitFor } from "../../tools/shared/wait";
import { generatedInstances } from "./support/agent";
import { inspectContainer } from "./support/containers";
import { restarts } from "./support/restarts";
import { keepEngineSocket, restartBehindSocket } from "./support/socket-keeper";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("engine-restart", { "engine-1": {} });

/** What takes seconds when nothing else runs may take this long on a busy machine. */
const ceiling = { timeoutMs: 60_000, intervalMs: 500 };

/** Time within which each container that runs when the engine is back has its instance. */
const promised = { timeoutMs: 15_000, intervalMs: 250 };

describe("an engine that leaves its containers running while it is restarted", () => {
  const host = () => stage.host("engine-1");
  const image = () => stage.toolchain.images.services;

  /** Addresses of the running containers that ask for Redis, as the engine has them. */
  async function redisAddresses(): Promise<string[]> {
    const format = `'{{with .NetworkSettings.Networks.bridge}}{{.IPAddress}}{{end}}{{println}}{{range .Config.Env}}{{println .}}{{end}}#'`;
    const { stdout } = await host().run(
      `docker inspect --format ${format} $(docker ps --quiet --filter status=running)`,
    );
    return stdout
      .split("#\n")
      .filter((text) => /^SERVICE=redis$/m.test(text))
      .map((text) => text.slice(0, text.indexOf("\n")))
      .filter((address) => address !== "")
      .sort();
  }

  async function instancesFollow(): Promise<void> {
    await waitFor(
      "an instance for each running Redis on the default bridge, and no other",
      async () => {
        const found = (await generatedInstances(host(), "redisdb")).map(({ host: address }) => String(address)).sort();
        const wanted = await redisAddresses();
        const near = found.filter((address) => address.startsWith("172.17."));
        if (JSON.stringify(near) === JSON.stringify(wanted)) return true;
        throw new Error(`${near.length} instances, ${wanted.length} containers`);
      },
      ceiling,
    );
  }

  beforeAll(async () => {
    await host().run(
      `sed -i 's/^{/{"live-restore": true, /' /etc/docker/daemon.json && kill -HUP "$(cat /var/run/docker.pid)"`,
    );
    await waitFor("live-restore", async () => {
      const { stdout } = await host().run("docker info --format '{{.LiveRestoreEnabled}}'");
      return stdout.trim() === "true";
    });
    await startSamples(host(), redisSamples, image());
    const deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    await deployment.pulumi(["up", "--yes", "--skip-preview", "--stack", deployment.stack]);
    await instancesFollow();
  });

  test("is restarted three times in a burst of 60 starts, and every instance is right afterwards", async () => {
    const before = await Promise.all(["dd-agent", "datadog-gen"].map((name) => inspectContainer(host(), name)));
    const burst = host().run(
      `for number in $(seq 60); do
         until docker run --detach --name burst-$number --env SERVICE=redis ${image()} sleep 600 >/dev/null 2>&1; do
           docker rm --force burst-$number >/dev/null 2>&1 || true
           sleep 0.2
         done
       done`,
      { timeoutMs: 600_000 },
    );
    for (const wanted of [10, 25, 40]) {
      await waitFor(
        `${wanted} containers of the burst`,
        async () => {
          const { stdout } = await host().run("docker ps --quiet --filter name=burst- | wc -l", { check: false });
          return Number(stdout) >= wanted;
        },
        { timeoutMs: 300_000, intervalMs: 200 },
      );
      await restarts.engine(host());
      const running = await redisAddresses();
      await waitFor(
        "an instance for each container that ran when the engine was back",
        async () => {
          const found = (await generatedInstances(host(), "redisdb")).map(({ host: address }) => String(address));
          return running.every((address) => found.includes(address));
        },
        promised,
      );
    }
    await burst;
    expect(await redisAddresses()).toHaveLength(
      60 + redisSamples.filter(({ network }) => network === undefined).length,
    );
    await instancesFollow();
    // Nobody had to be started anew for it.
    const after = await Promise.all(["dd-agent", "datadog-gen"].map((name) => inspectContainer(host(), name)));
    expect(after.map(({ State }) => State.StartedAt)).toEqual(before.map(({ State }) => State.StartedAt));
    // Asked by hand: some engines run no health checks any more after such a restart, of no container.
    const check = "docker exec datadog-gen sh /etc/docker-gen/config/publish.sh";
    await waitFor(
      "the generator's health check to pass",
      async () => (await host().run(check, { check: false })).status === 0,
      ceiling,
    );
    await host().run("docker ps --quiet --filter name=burst- | xargs docker rm --force >/dev/null");
    await instancesFollow();
  });

  test("is restarted behind a socket that an init process keeps, and new containers are monitored", async () => {
    const socket = async (): Promise<string> => (await host().run("stat -c %i /var/run/docker.sock")).stdout;
    await keepEngineSocket(host());
    const kept = await socket();
    for (const name of ["behind-1", "behind-2"]) {
      await restartBehindSocket(host());
      await host().run(`docker run --detach --name ${name} --env SERVICE=redis ${image()} sleep 600`);
      await instancesFollow();
    }
    expect(await socket()).toBe(kept);
    const before = await Promise.all(["dd-agent", "datadog-gen"].map((name) => inspectContainer(host(), name)));
    expect(before.map(({ RestartCount }) => RestartCount)).toEqual([0, 0]);
    await host().run("docker rm --force behind-1 behind-2 >/dev/null");
    await instancesFollow();
  });

  test("a container that is unpaused has its instance again without any other event", async () => {
    const name = redisSamples.find(({ network }) => network === undefined)?.name ?? "";
    const address = (
      await host().run(`docker inspect --format '{{.NetworkSettings.IPAddress}}' ${name}`)
    ).stdout.trim();
    const isThere = async (): Promise<boolean> =>
      (await generatedInstances(host(), "redisdb")).some((instance) => instance["host"] === address);
    await host().run(`docker pause ${name}`);
    await waitFor("the paused container to have no instance", async () => !(await isThere()), ceiling);
    await host().run(`docker unpause ${name}`);
    await waitFor("the container to have its instance again", isThere, ceiling);
  });
});
