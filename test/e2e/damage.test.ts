import { beforeAll, describe, expect, test } from "vitest";

import type { RunResult } from "../../tools/shared/run";
import { containerIds, makeUp } from "./support/fleet";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("damage", { "damage-1": {} });

const root = "/home/core/datadog";
/** What is done to a host by hand, several things at a time, and what is said of it then. */
const damages: readonly {
  readonly what: string;
  readonly does: readonly string[];
  readonly says: readonly string[];
}[] = [
  {
    what: "containers removed, one of another image under the name of one, folders of files and secrets removed",
    does: [
      "image=$(docker inspect --format {{.Config.Image}} datadog-gen)",
      "docker rm --force dd-agent datadog-gen",
      "docker run --detach --name dd-agent --entrypoint sleep $image 600",
      `rm -rf ${root}/config ${root}/secrets`,
    ],
    says: [
      "the container dd-agent is gone",
      "the container datadog-gen is gone",
      "another container (of the image ",
      `${root}/config/datadog-gen is gone`,
      `${root}/secrets/dd-agent is gone`,
    ],
  },
  {
    what: "a container stopped, one renamed, networks detached, generated files and a file of secrets removed",
    does: [
      "docker stop datadog-gen",
      "docker network disconnect backend dd-agent",
      "docker network disconnect bridge dd-agent",
      "docker rename dd-agent elsewhere",
      `rm -rf ${root}/generated`,
      `rm -f ${root}/secrets/dd-agent/*/api_key`,
      `rm -f ${root}/config/datadog-gen/*/publish.sh`,
    ],
    says: [
      "datadog-gen does not run (exited",
      "dd-agent is called elsewhere",
      "dd-agent is not on the network backend",
      "dd-agent is not on the network bridge",
      `${root}/generated is gone`,
      "/api_key is gone",
      "/publish.sh is gone",
    ],
  },
  {
    what: "a network made anew, a file edited, a folder replaced while it is in use, another made unwritable",
    does: [
      "docker network disconnect --force backend dd-agent",
      "docker network rm backend",
      "docker network create backend",
      `(cd ${root}/templates/datadog-gen/* && chmod u+w rules.tmpl && echo edited >>rules.tmpl && chmod u-w rules.tmpl)`,
      `(cd ${root}/generated/datadog && cp -a redisdb.d copy && rm -rf redisdb.d && mv copy redisdb.d)`,
      `chmod a-w ${root}/generated`,
    ],
    says: [
      "dd-agent is not on the network backend",
      "/rules.tmpl was edited",
      `dd-agent holds a removed ${root}/generated/datadog/redisdb.d`,
      // The host's user is not root there.
      `the host's user can't write to ${root}/generated`,
    ],
  },
  {
    what: "templates removed, and a network made anew while the agent does not run",
    does: [
      `rm -rf ${root}/templates`,
      "docker stop dd-agent",
      "docker network rm backend",
      "docker network create backend",
    ],
    says: [`${root}/templates/datadog-gen is gone`, "dd-agent is not on the network backend", "dd-agent does not run"],
  },
];

describe("what is done to a host by hand is told by `make drift` and put right by one `make up`", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  const host = () => stage.host("damage-1");
  const drift = (): Promise<RunResult> => deployment.make("drift", { check: false });

  beforeAll(async () => {
    await host().run("docker network create backend");
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    const { status, stdout } = await makeUp(deployment);
    expect(status, stdout).toBe(0);
  });

  /** Everything is as it should be: nothing is told, and `up` changes nothing. */
  const isWhole = async (): Promise<void> => {
    const before = await containerIds(host());
    const { status, stdout, stderr, changed } = await makeUp(deployment);
    expect({ status, changed }, stdout + stderr).toEqual({ status: 0, changed: [] });
    expect(stdout).not.toContain("Host damage-1");
    expect(await containerIds(host())).toEqual(before);
    const attached = await host().run(
      "docker inspect --format '{{.State.Running}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' dd-agent",
    );
    expect(attached.stdout.trim()).toBe("true backend bridge");
  };

  test.each(damages.map((damage) => [damage.what, damage] as const))("%s", async (_, { does, says }) => {
    await host().ssh(does.join(" && "));
    const told = await drift();
    expect(told.status, told.stdout).not.toBe(0);
    for (const words of says) expect(told.stdout).toContain(words);
    expect(told.stdout).toContain(`make up STACK=${deployment.stack}`);
    const { status, stdout, stderr } = await makeUp(deployment);
    expect(status, stdout + stderr).toBe(0);
    for (const words of says) expect(stdout).toContain(words);
    expect(stdout + stderr).not.toContain(apiKey);
    await isWhole();
  });
});
