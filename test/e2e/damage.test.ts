import { beforeAll, describe, expect, test } from "vitest";

import type { RunResult } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { containerIds, makeUp, writeFleet } from "./support/fleet";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("damage", { "damage-1": {}, "damage-2": {} });
const names = ["damage-1", "damage-2"] as const;

const root = "/home/core/datadog";
/** What a host's generated config is for. */
const watched = "damage-redis";

/** What is done to two hosts by hand, several things at a time, and what is said of it then. */
const damages: readonly {
  readonly what: string;
  readonly does: Readonly<Record<"damage-1" | "damage-2", readonly string[]>>;
  readonly says: readonly string[];
}[] = [
  {
    what: "twelve kinds at once",
    does: {
      "damage-1": [
        "image=$(docker inspect --format {{.Config.Image}} datadog-gen)",
        "docker rm --force dd-agent",
        "docker run --detach --name dd-agent --entrypoint sleep $image 600",
        "docker stop datadog-gen",
        "docker rename datadog-gen elsewhere",
        `rm -rf ${root}/config ${root}/templates ${root}/generated ${root}/secrets`,
      ],
      "damage-2": [
        "docker network disconnect backend dd-agent",
        `cd ${root}/templates/datadog-gen/*`,
        "chmod u+w tags.tmpl",
        "echo edited >>tags.tmpl",
        "chmod u-w tags.tmpl",
        `rm -f ${root}/secrets/dd-agent/*/api_key ${root}/config/datadog-gen/*/publish.sh`,
        "kill -STOP $(docker inspect --format {{.State.Pid}} datadog-gen)",
        `chattr +i ${root}/generated`,
      ],
    },
    says: [
      "damage-1: the container dd-agent is gone",
      "damage-1: another container (of the image ",
      "damage-1: the container datadog-gen is named elsewhere",
      "damage-1: the container datadog-gen does not run (exited",
      `damage-1: ${root}/config/datadog-gen is gone`,
      `damage-1: ${root}/templates/datadog-gen is gone`,
      `damage-1: ${root}/generated is gone`,
      `damage-1: ${root}/secrets/dd-agent is gone`,
      "damage-1: the container web mounts a removed",
      "damage-2: the container dd-agent is not on the network backend",
      "damage-2: the container datadog-gen has a process that is stopped",
      "/tags.tmpl was edited",
      "/api_key is gone",
      "/publish.sh is gone",
      `damage-2: ${root}/generated can't be written to by the host's user`,
    ],
  },
  {
    what: "networks made anew, with the agent running or stopped, what is generated edited, limits and rights changed",
    does: {
      "damage-1": [
        "docker stop dd-agent",
        "docker network rm backend",
        "docker network create backend",
        "docker pause datadog-gen",
        "docker update --cpus 0.5 datadog-gen",
        `chmod 777 ${root} ${root}/secrets/dd-agent/*`,
        `cd ${root}/templates/datadog-gen`,
        "folder=$(ls)",
        "mv $folder /tmp/elsewhere",
        "ln -s /tmp/elsewhere $folder",
      ],
      "damage-2": [
        "docker network disconnect --force backend dd-agent",
        `docker network disconnect --force backend ${watched}`,
        "docker network rm backend",
        "docker network create backend",
        "docker network connect --alias redis backend dd-agent",
        `docker network connect backend ${watched}`,
        "docker update --restart no --memory-swap -1 dd-agent",
        "docker rmi --force $(docker inspect --format {{.Config.Image}} dd-agent)",
        `(cd ${root}/secrets/dd-agent/* && rm -f api_key && mkdir api_key)`,
        `(cd ${root}/templates/datadog-gen/* && chmod u+w manifest && true >manifest && chmod u-w manifest)`,
        `(cd ${root}/generated/datadog && cp -a redisdb.d copy && rm -rf redisdb.d && mv copy redisdb.d)`,
        `chmod 000 ${root}/config/datadog-gen/*`,
        `chmod 777 ${root}/generated/nginx`,
      ],
    },
    says: [
      "damage-1: the container dd-agent does not run",
      "damage-1: the container dd-agent is not on the network backend",
      "damage-2: the container dd-agent is on the network backend by a name that is not its own (redis)",
      "damage-1: the container datadog-gen is paused",
      "damage-1: the container datadog-gen has other limits (cpus 0.5)",
      `damage-1: ${root} is open to others`,
      `damage-1: ${root}/secrets/dd-agent/`,
      `damage-1: ${root}/templates/datadog-gen/`,
      "damage-2: the container dd-agent has another restart policy (no)",
      "damage-2: the container dd-agent has another memory limit",
      "damage-2: the image ",
      "/api_key is gone",
      "/manifest was edited",
      `damage-2: the container dd-agent mounts a removed ${root}/generated/datadog/redisdb.d`,
      `damage-2: ${root}/config/datadog-gen/`,
      `damage-2: ${root}/generated/nginx can't be read by every web server`,
    ],
  },
];

describe("changes made by hand are reported by `make drift` and repaired by one `make up`", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  // Outside of a pipeline, which would ask for a backend that all its runs share.
  const drift = (): Promise<RunResult> => deployment.make("drift", { check: false, env: { CI: undefined } });
  const hosts = () => names.map((name) => stage.host(name));
  const onAll = async (command: string): Promise<string[]> =>
    Promise.all(hosts().map(async (host) => (await host.run(command)).stdout.trim()));
  /** How many configs of Redis containers there are on the second host. */
  const configs = async (): Promise<number> =>
    (
      await stage
        .host("damage-2")
        .run(`find ${root}/generated/datadog/redisdb.d -name '*.yaml' ! -name redisdb.yaml | wc -l`)
    ).stdout
      .split("\n")
      .map(Number)[0] ?? 0;

  beforeAll(async () => {
    const image = stage.toolchain.images.generator;
    await onAll("docker network create backend");
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, hosts(), "staging"), apiKey);
    writeFleet(
      deployment,
      names.map((name) => ({ name, machine: stage.host(name) })),
    );
    const { status, stdout } = await makeUp(deployment);
    expect(status, stdout).toBe(0);
    const stay = `--entrypoint sleep ${image} 86400`;
    await stage
      .host("damage-1")
      .run(`docker run --detach --name web --volume ${root}/generated/nginx:/etc/nginx/conf.d:ro ${stay}`);
    await stage
      .host("damage-2")
      .run(`docker run --detach --name ${watched} --network backend --env SERVICE=redis --expose 6379 ${stay}`);
    await waitFor("a config", async () => (await configs()) === 1, { timeoutMs: 30_000, intervalMs: 500 });
  });

  /** Everything is as it should be: nothing is told, and `up` changes nothing. */
  const isWhole = async (): Promise<void> => {
    const ids = () => Promise.all(hosts().map(containerIds));
    const before = await ids();
    const { status, stdout, stderr, changed } = await makeUp(deployment);
    expect({ status, changed }, stdout + stderr).toEqual({ status: 0, changed: [] });
    expect(stdout).not.toContain("Host damage-");
    expect(await ids()).toEqual(before);
    const attached = await onAll(
      "docker inspect --format '{{.State.Running}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' dd-agent",
    );
    expect(attached).toEqual(["true backend bridge", "true backend bridge"]);
    await waitFor("the config", async () => (await configs()) === 1, { timeoutMs: 30_000, intervalMs: 500 });
  };

  test.each(damages.map((damage) => [damage.what, damage] as const))("%s", async (_, { does, says }) => {
    await Promise.all(names.map((name) => stage.host(name).run(does[name].join(" && "))));
    const told = await drift();
    expect(told.status, told.stdout).not.toBe(0);
    // Its lines are wrapped.
    const found = told.stdout.replace(/\s+/g, " ");
    for (const words of says) expect(found).toContain(words);
    expect(found).toContain(`make up STACK=${deployment.stack}`);
    const { status, stdout, stderr } = await makeUp(deployment);
    expect(status, stdout + stderr).toBe(0);
    for (const words of says) expect(stdout).toContain(words);
    expect(stdout + stderr).not.toContain(apiKey);
    if (says.some((words) => words.includes("container web"))) {
      // Nobody restarts an application but its owner.
      expect(stderr).toContain("Restart it on the host: docker restart web");
      const asked = await deployment.make("status", { check: false });
      expect(asked.stdout.replace(/\s+/g, " ")).toMatch(/the container web mounts .*docker restart web/);
      await stage.host("damage-1").run("docker restart --time 0 web");
    }
    await isWhole();
  });
});
