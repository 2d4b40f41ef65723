import { beforeEach, describe, expect, test } from "vitest";

import { restorePredecessorScript, stopPredecessorScript } from "../../../infra/container/replacement";
import { type HostScript, scriptText } from "../../../infra/shell";
import { waitFor } from "../../../tools/shared/wait";
import { IMAGE } from "./support/docker-host";
import { failureOf } from "./support/outcome";
import type { Properties } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const CONTAINER = "docker:index/container:Container";
const owner = { stackName: "shop-staging", formerStackNames: [], name: "web-1", formerNames: [] };

const host = useHost("docker-replacement");
const plugin = usePlugin("docker", () => host.get().settings());

/** What the engine takes, as the program asks for it. */
const accepted: Properties = {
  name: "dd-agent",
  image: IMAGE,
  restart: "unless-stopped",
  // What sleeps there does not listen to a milder one.
  stopSignal: "SIGKILL",
  labels: ["stack=shop-staging", "host=web-1", "role=agent"].map((label) => {
    const [name = "", value = ""] = label.split("=");
    return { label: `datadog-hosts.${name}`, value };
  }),
};

/** Seconds within which an old container has to run again, whatever becomes of the machine that deploys. */
const deadline = 15;

/** Runs a script over ssh, as the program does, and returns what it printed. */
async function onHost(script: HostScript): Promise<string> {
  return (await host.get().machine.ssh("sh -s", { input: scriptText(script) })).stdout.trim();
}

const giveWay = (): Promise<string> => onHost(stopPredecessorScript("agent", owner));

/** All containers on the host, as `name state policy id`. */
async function containers(): Promise<string[]> {
  const listed = await host
    .get()
    .docker(
      "ps --all --quiet --no-trunc | xargs -r docker inspect --format '{{.Name}} {{.State.Status}} {{.HostConfig.RestartPolicy.Name}} {{.Id}}'",
    );
  return listed.split("\n").map((line) => line.slice(1));
}

/** Waits until the host has just these containers. */
async function settled(...expected: readonly string[]): Promise<void> {
  await waitFor(
    "the containers to settle",
    async () => {
      const found = await containers();
      if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(found.join(", "));
      return true;
    },
    { timeoutMs: deadline * 1000, intervalMs: 200 },
  );
}

/**
 * By the engine's own account: the most of the agent's containers that have run at once, and for how many seconds none has.
 */
async function collected(since: number): Promise<{ most: number; awaySeconds: number }> {
  const filters = "--filter label=datadog-hosts.role=agent --filter event=start --filter event=die";
  const events = await host
    .get()
    .docker(`events --since ${since} --until $(date +%s.%N) ${filters} --format '{{.Action}} {{.ID}} {{.TimeNano}}'`);
  const running = new Set<string>();
  let [most, away, ended] = [0, 0, 0];
  for (const [action, id = "", time = ""] of events.split("\n").map((line) => line.split(" "))) {
    const seconds = Number(time) / 1e9;
    if (action === "start") {
      if (running.size === 0 && ended > 0) away += seconds - ended;
      running.add(id);
    } else if (running.delete(id)) ended = seconds;
    most = Math.max(most, running.size);
  }
  return { most, awaySeconds: running.size === 0 ? Infinity : away };
}

describe("a container that is there", () => {
  let old = "";
  let started = 0;
  const asBefore = (): string => `dd-agent running unless-stopped ${old}`;

  beforeEach(async () => {
    started = Number((await host.get().machine.run("date +%s")).stdout);
    old = (await plugin.get().create(CONTAINER, accepted)).id;
  });

  test.each<[string, Properties]>([
    ["a mount's source is missing", { mounts: [{ type: "bind", source: "/nope", target: "/x" }] }],
    [
      "two mounts have one target",
      { mounts: ["/bin", "/etc"].map((source) => ({ type: "bind", source, target: "/x" })) },
    ],
    ["a file is to be mounted over a folder", { mounts: [{ type: "bind", source: "/etc/hostname", target: "/bin" }] }],
    ["the memory is too little", { memory: 1 }],
    ["a capability is unknown", { capabilities: { adds: ["CAP_NOPE"] } }],
    ["the program is not in the image", { command: ["/nope"] }],
    ["the user is not in the image", { user: "nobody-knows" }],
    ["a group is not in the image", { groupAdds: ["nobody-knows"] }],
    ["a network is missing", { networksAdvanced: [{ name: "nope" }] }],
    ["a network of its own mode is missing", { networkMode: "nope" }],
    ["the logging driver is unknown", { logDriver: "nope" }],
    ["an option of the logging driver is unknown", { logDriver: "json-file", logOpts: { nope: "1" } }],
    ["a security profile is missing", { securityOpts: ["seccomp=/nope"] }],
    ["the image is missing", { image: "no-such-image:1" }],
  ])("runs again, and stands in the state as before, where its successor is refused since %s", async (_, more) => {
    const aside = await giveWay();
    expect(aside).toBe(old);
    const refusal = await failureOf(plugin.get().create(CONTAINER, { ...accepted, ...more }));
    const made = await onHost(restorePredecessorScript("agent", owner, aside));
    expect(await containers()).toEqual([asBefore()]);
    if (refusal.resource !== undefined) {
      // What the state would hold of the successor, the next try takes out of it.
      expect(made).toBe("made");
      const again = await failureOf(plugin.get().create(CONTAINER, { ...accepted, ...more }));
      expect(again.message).toContain("is already in use by container");
      expect(again.resource).toBeUndefined();
    }
    expect(await containers()).toEqual([asBefore()]);
    const { most, awaySeconds } = await collected(started);
    expect(most).toBe(1);
    expect(awaySeconds).toBeLessThan(deadline);
  });

  test("runs again, and is in the state as before, if somebody else has taken the name meanwhile", async () => {
    const aside = await giveWay();
    await host.get().docker(`run -d --name dd-agent ${IMAGE}`);
    const refusal = await failureOf(plugin.get().create(CONTAINER, accepted));
    expect(refusal.message).toContain("is already in use by container");
    await host.get().docker("rm -f dd-agent");
    expect(await onHost(restorePredecessorScript("agent", owner, aside))).toBe("");
    expect(await containers()).toEqual([asBefore()]);
  });

  test("stays stopped, and never starts again, once its successor runs", async () => {
    await giveWay();
    const { id } = await plugin.get().create(CONTAINER, { ...accepted, envs: ["A=1"] });
    await waitFor("the watcher to be done", async () => (await containers()).some((line) => line.includes(" no ")));
    const [first = "", second = ""] = await containers();
    expect(first).toBe(`dd-agent running unless-stopped ${id}`);
    expect(second).toMatch(
      new RegExp(`^dd-agent[.]before-replacement[.]running[.]unless-stopped[.][0-9-]+ exited no ${old}$`),
    );
    expect((await collected(started)).most).toBe(1);
  });

  test("runs again by itself if the machine that deploys is gone before it has asked for a successor", async () => {
    await giveWay();
    await settled(asBefore());
  });

  test.each([
    ["and no successor comes", false],
    ["and leaves a successor alone", true],
  ])("runs again by itself if the login manager ends all processes of a session, %s", async (_, succeeds) => {
    const { machine } = host.get();
    const busctl = "/usr/local/bin/busctl";
    // As the login manager answers where its settings say KillUserProcesses=yes.
    await machine.run(`printf '#!/bin/sh\\necho b true\\n' >${busctl} && chmod +x ${busctl}`);
    try {
      await giveWay();
      // The plugin's own connection is another session.
      const plugins = "sshd|dial-stdio";
      await machine.run(`ps -u core -o pid=,args= | grep -vE '${plugins}' | awk '{ print $1 }' | xargs -r kill -KILL`);
      if (!succeeds) {
        await settled(asBefore());
        return;
      }
      const { id } = await plugin.get().create(CONTAINER, accepted);
      await waitFor(
        "the watcher to be done",
        async () => JSON.stringify((await containers()).map((line) => line.split(" ")[1])) === '["running","exited"]',
        { timeoutMs: 30_000 },
      );
      expect(await containers()).toContain(`dd-agent running unless-stopped ${id}`);
    } finally {
      await machine.run(`rm ${busctl}`);
    }
  });

  test("runs again by itself if the machine that deploys is gone before the successor was started", async () => {
    await giveWay();
    await plugin.get().create(CONTAINER, { ...accepted, start: false });
    await settled(asBefore());
    expect((await collected(started)).most).toBe(1);
  });

  test("leaves no second one if the name is taken back before a late successor is started", async () => {
    const aside = await giveWay();
    await settled(asBefore());
    const late = await failureOf(plugin.get().create(CONTAINER, accepted));
    expect(late.resource).toBeUndefined();
    expect(await onHost(restorePredecessorScript("agent", owner, aside))).toBe("made");
    expect(await containers()).toEqual([asBefore()]);
  });

  test("that was stopped by hand comes back stopped", async () => {
    await host.get().docker("stop dd-agent");
    const aside = await giveWay();
    await failureOf(plugin.get().create(CONTAINER, { ...accepted, command: ["/nope"] }));
    await onHost(restorePredecessorScript("agent", owner, aside));
    expect(await containers()).toEqual([`dd-agent exited unless-stopped ${old}`]);
  });

  test("gives way and comes back again if a first attempt was cut off", async () => {
    await giveWay();
    await plugin.get().create(CONTAINER, { ...accepted, start: false });
    const aside = await giveWay();
    expect(aside).toBe(old);
    await failureOf(plugin.get().create(CONTAINER, { ...accepted, command: ["/nope"] }));
    await onHost(restorePredecessorScript("agent", owner, aside));
    expect(await containers()).toEqual([asBefore()]);
  });

  test("that an earlier attempt has replaced is removed, and its successor gives way", async () => {
    await giveWay();
    const { id } = await plugin.get().create(CONTAINER, accepted);
    const aside = await giveWay();
    expect(aside).toBe(id);
    await failureOf(plugin.get().create(CONTAINER, { ...accepted, command: ["/nope"] }));
    await onHost(restorePredecessorScript("agent", owner, aside));
    expect(await containers()).toEqual([`dd-agent running unless-stopped ${id}`]);
    expect((await collected(started)).most).toBe(1);
  });

  test("that has been renamed since gives way under its original name", async () => {
    await host.get().docker("rename dd-agent other");
    expect(await giveWay()).toBe(old);
    await settled(asBefore());
  });

  test("keeps its name if it belongs to another host", async () => {
    expect(await onHost(stopPredecessorScript("agent", { ...owner, name: "web-2" }))).toBe("");
    expect(await containers()).toEqual([asBefore()]);
  });
});

test("a host that is restarted before the successor was made runs the old container again", async () => {
  const { machine } = host.get();
  const old = (await plugin.get().create(CONTAINER, { ...accepted, restart: "always" })).id;
  await giveWay();
  await machine.stop({ force: true });
  await machine.start();
  const back = async (): Promise<string> => (await host.get().inspect(old))?.State.Status ?? "gone";
  await waitFor("the old container to run", async () => (await back()) === "running", { timeoutMs: 30_000 });
  expect(await giveWay()).toBe(old);
  await settled(`dd-agent running always ${old}`);
});

test("a container that keeps restarting gives way to its successor", async () => {
  await host.get().docker("network create backend");
  const failing = { ...accepted, command: ["false"], restart: "always", networksAdvanced: [{ name: "backend" }] };
  await plugin.get().create(CONTAINER, { ...failing, mustRun: false });
  const status = "inspect --format '{{.State.Status}}' dd-agent";
  await waitFor(
    "the container to wait for its next start",
    async () => (await host.get().docker(status)) === "restarting",
    {
      intervalMs: 20,
    },
  );
  await giveWay();
  const { id } = await plugin.get().create(CONTAINER, accepted);
  expect((await containers()).filter((line) => line.startsWith("dd-agent "))).toEqual([
    `dd-agent running unless-stopped ${id}`,
  ]);
});
