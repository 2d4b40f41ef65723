import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import type { GenerationNumber } from "../../infra/integrations";
import {
  redisSamples,
  sampleNetwork,
  samples,
  startCommand,
  startSamples,
  type Application,
  type Sample,
} from "../../sandbox/samples/samples";
import { recordedSeries } from "../../tools/sandbox/intake";
import { waitFor } from "../../tools/shared/wait";
import { statusSchema, type HostReport } from "../../tools/status/schema";
import { generatedInstances } from "./support/agent";
import { attackersFor, plainListener, secretFile, type Attacker } from "./support/attackers";
import { inspectContainer } from "./support/containers";
import { writeFleet } from "./support/fleet";
import { listen, sendFrom } from "./support/listener";
import { make } from "./support/make";
import { addressOf, allCollected, collectionOf, configs, problemsAmongOthers } from "./support/samples";
import { contains } from "./support/secret-search";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("hostile", { "hostile-7": {}, "hostile-5": {} }, { generation5: true });
const generations = [7, 5] as const;
const hostOf = (generation: GenerationNumber) => stage.host(`hostile-${generation}`);
const services = () => stage.toolchain.images.services;

/** What nobody but its owner may see, by where it is. None is a real one, and none is found anywhere by chance. */
const password = "p4ssw0rd-of-the-neighbour-61fe";
const passwordInFile = "p4ssw0rd-in-a-file-d28c";
const secrets = {
  "the API key": apiKey,
  "a further secret of the agent": "furth3r-s3cret-of-the-agent-3a95",
  "a neighbour's password": password,
  "a neighbour's password in a file": passwordInFile,
  "a neighbour's environment": "t0ken-of-the-neighbour-b7e4",
  "a neighbour's file": "f1le-of-the-neighbour-90ab",
  "a file of the host": "f1le-of-the-host-4c7d",
};

/** What is no secret and is sent to every place that is searched: found there, it proves the search. */
const control = "c0ntr0l-2e61d8";

/** The neighbours: what the attackers want, and what has to be watched as if they were not there. */
const cache: Sample = {
  ...(redisSamples[0] as Sample),
  name: "neighbours-cache",
  command: [...(redisSamples[0] as Sample).command, "--requirepass", password],
  environment: { SERVICE: "redis", CONNECTION: `0,${password}` },
};
const sessions: Sample = {
  ...cache,
  name: "neighbours-sessions",
  command: [...(redisSamples[0] as Sample).command, "--requirepass", passwordInFile],
  environment: { SERVICE: "redis", PASSWORD_FILE: "sessions-redis" },
  network: sampleNetwork,
};
const passwordFiles = [{ name: "sessions-redis", containers: [sessions.name], network: sampleNetwork }];
const neighbours = [cache, sessions, ...samples.filter(({ name }) => name === "shop-web")];

/** A neighbour that nobody watches. Servers often overwrite the memory that their environment is read from; this one does not. */
const worker: Application = {
  name: "neighbours-worker",
  command: ["sleep", "infinity"],
  environment: { TOKEN: secrets["a neighbour's environment"] },
  exposedPorts: [],
};

/** Where web servers send the agent on to. */
const elsewhere: Application = {
  name: "elsewhere",
  command: listen(80, "HTTP/1.1 200 OK\r\n\r\n"),
  environment: {},
  exposedPorts: [80],
};

/** A Redis that does not stay up. */
const flapping: Sample = { ...(redisSamples[0] as Sample), name: "flapping" };

/** For this long it comes and goes, once in five seconds. */
const flaps = 18;
const secondsUp = 5;

/** Seconds from one collection to the next. */
const interval = 15;

const places = [
  "what the attackers received",
  "what the address received that web servers send the agent on to",
  "generated files",
  "log of dd-agent",
  "log of datadog-gen",
] as const;
type Place = (typeof places)[number];

/** The generated files without what belongs to a neighbour, whose password stands there for the agent. */
async function generatedFor(generation: GenerationNumber): Promise<string> {
  const host = hostOf(generation);
  const own = await Promise.all([cache, sessions].map(({ name }) => addressOf(host, name)));
  const files = (await configs(host)).split(/^==> (?=.* <==$)/m).map((file) => {
    const comments = file.split("\n").filter((line) => /^(.* <==$| *#)/.test(line));
    const { instances = [] } = (parse(file.replace(/^.* <==\n/, "")) ?? {}) as { instances?: { host?: string }[] };
    return [...comments, JSON.stringify(instances.filter((instance) => !own.includes(instance.host ?? "")))].join("\n");
  });
  const pages = await host.run(
    "cd /home/core/datadog/generated && find . -type f; cat nginx/*/* apache/*/* 2>/dev/null || true",
  );
  return [...files, pages.stdout].join("\n");
}

async function logOf(generation: GenerationNumber, container: string): Promise<string> {
  const { stdout, stderr } = await hostOf(generation).run(`docker logs ${container}`);
  return stdout + stderr;
}

/** When the intake got a sample of each neighbour of generation 7, by the neighbour's name, in seconds since 1970. */
async function sampledAt(): Promise<Map<string, Set<number>>> {
  const metrics: Record<string, string> = { redisdb: "redis.info.latency_ms", nginx: "nginx.net.connections" };
  const series = (await recordedSeries(stage.intake)).filter(({ host }) => host === "hostile-7");
  const sampled = new Map<string, Set<number>>();
  for (const { name, expected } of neighbours) {
    const own = `redis_host:${await addressOf(hostOf(7), name)}`;
    const ofNeighbour = series.filter(
      ({ metric, tags }) => metric === metrics[expected.check] && (expected.check !== "redisdb" || tags.includes(own)),
    );
    sampled.set(name, new Set(ofNeighbour.flatMap(({ points }) => points.map(([time]) => time))));
  }
  return sampled;
}

describe("among forty attackers and a Redis that does not stay up", () => {
  let attackers: readonly Attacker[] = [];
  let window = { from: 0, to: 0 };
  let status = "";
  let reports: readonly HostReport[] = [];
  let received = "";
  const found = new Map<string, string>();

  beforeAll(async () => {
    for (const generation of generations) {
      const host = hostOf(generation);
      await startSamples(host, neighbours, services());
      const folder = "/home/core/datadog/config/secrets";
      await host.run(`mkdir -p ${folder}; umask 077; cat >${folder}/sessions-redis`, {
        user: host.user,
        input: `${passwordInFile}\n`,
      });
      await host.run(`printf %s ${secrets["a file of the host"]} >${secretFile}`);
      await host.run([worker, elsewhere].map((each) => startCommand(each, services())).join("\n"));
      await host.run(`docker exec ${worker.name} sh -c 'printf %s ${secrets["a neighbour's file"]} >${secretFile}'`);
    }
    const deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, generations.map(hostOf), "staging"), apiKey);
    writeFleet(
      deployment,
      generations.map((generation) => ({
        name: `hostile-${generation}`,
        machine: hostOf(generation),
        ...(generation === 5 && { settings: { agent: { generation, image: stage.toolchain.images.agent5 } } }),
      })),
      { tags: [`control:${control}`], passwordFiles },
    );
    const further = "datadog-hosts:hosts[0].agent.environment.DD_APP_KEY";
    await deployment.pulumi(["config", "set", "--path", "--secret", "--stack", deployment.stack, further], {
      input: secrets["a further secret of the agent"],
    });
    await deployment.make("up");

    await Promise.all(generations.map((generation) => allCollected(hostOf(generation), generation, neighbours)));
    window = { from: Date.now() / 1000, to: 0 };
    await Promise.all(
      generations.map(async (generation) => {
        const host = hostOf(generation);
        const process = await host.run(`docker inspect --format '{{.State.Pid}}' ${worker.name}`);
        attackers = attackersFor({
          neighbourProcess: Number(process.stdout),
          elsewhere: await addressOf(host, elsewhere.name),
          tag: `control:${control}`,
          passwordFile: "sessions-redis",
        });
        const starts = attackers.map((attacker) => startCommand(attacker, services()));
        await host.run("sh -es", { input: starts.join("\n"), timeoutMs: 240_000 });
      }),
    );
    await hostOf(7).run(
      `${startCommand(flapping, services())}; for i in $(seq ${flaps}); do sleep ${secondsUp}; docker restart --time 0 flapping; done`,
      { timeoutMs: 240_000 },
    );
    window.to = Date.now() / 1000;

    const args = ["status", `STACK=${deployment.stack}`];
    const [text, json] = [await make(deployment, args), await make(deployment, [...args, "JSON=yes"])];
    status = text.output + json.output;
    reports = statusSchema.parse(JSON.parse(json.stdout)).hosts;
    for (const generation of generations) {
      const host = hostOf(generation);
      for (const [name, port] of [
        [plainListener, 6379],
        [elsewhere.name, 80],
      ] as const) {
        await sendFrom(host, cache.name, { address: await addressOf(host, name), port, text: control });
      }
      for (const name of ["dd-agent", "datadog-gen"]) {
        await host.run(`echo ${control} >/proc/$(docker inspect --format '{{.State.Pid}}' ${name})/fd/1`);
        await waitFor(`the control string in the log of ${name}`, async () =>
          (await logOf(generation, name)).includes(control),
        );
      }
      const keep = (place: Place, text: string) => found.set(`${generation} ${place}`, text);
      const logs = await Promise.all(attackers.map(({ name }) => logOf(generation, name)));
      keep("what the attackers received", logs.join("\n"));
      keep("what the address received that web servers send the agent on to", await logOf(generation, elsewhere.name));
      keep("generated files", await generatedFor(generation));
      keep("log of dd-agent", await logOf(generation, "dd-agent"));
      keep("log of datadog-gen", await logOf(generation, "datadog-gen"));
    }
    received = await (await fetch(`${stage.intake.address}/recorded`)).text();
  });

  test.each(generations.flatMap((generation) => places.map((place) => [generation, place] as const)))(
    "generation %i: no secret in %s",
    (generation, place) => {
      const text = found.get(`${generation} ${place}`) ?? "";
      expect(contains(text, control), `the control string in:\n${text}`).toBe(true);
      expect(leaksIn(text)).toEqual([]);
    },
  );

  test("no secret in what the intake got: series, checks and metadata", () => {
    expect(contains(received, control)).toBe(true);
    expect(leaksIn(received)).toEqual([]);
  });

  test("no secret in the output of status, and nothing that a terminal would interpret", () => {
    expect(contains(status, control), status).toBe(true);
    expect(leaksIn(status)).toEqual([]);
    // Line ends are the only control characters; neither does a text run backwards.
    expect(status.match(/[^\P{C}\n]/gu) ?? []).toEqual([]);
  });

  test.each(generations)("generation %i: status says what each attacker does not get, and why", (generation) => {
    const lines = reports.filter(({ host }) => host === `hostile-${generation}`).flatMap(({ remarks }) => remarks);
    const silent = attackers.filter(
      ({ name, told }) => told !== undefined && !lines.some((line) => line.includes(`"${name}"`) && told.test(line)),
    );
    expect(
      silent.map(({ name }) => name),
      lines.join("\n"),
    ).toEqual([]);
  });

  test.each(generations)(
    "generation %i: the listeners hear the agent, so that silence means something",
    (generation) => {
      expect(found.get(`${generation} what the attackers received`)).toMatch(/^(HELLO|INFO|CLIENT)$/im);
    },
  );

  test("an agent of generation 7 follows no web server to another address", () => {
    expect(found.get("7 what the address received that web servers send the agent on to")).toBe(`${control}\r\n\n`);
  });

  test.each(generations)(
    "generation %i: the neighbours are watched as if nobody else were there",
    async (generation) => {
      const collection = await collectionOf(hostOf(generation), generation, neighbours);
      expect(problemsAmongOthers(collection, neighbours)).toEqual([]);
    },
  );

  test("the neighbours are collected as often as without the one that keeps restarting", async () => {
    const expected = Math.floor((window.to - window.from) / interval);
    for (const [name, times] of await sampledAt()) {
      const during = [...times].filter((time) => time > window.from && time <= window.to);
      // The last collection may still be on its way to the intake.
      expect(during.length, `${name}: ${during.join(" ")}`).toBeGreaterThanOrEqual(expected - 1);
    }
  });

  test("a password file that changes is in its container's config within a minute, and no container is started for it", async () => {
    const host = hostOf(7);
    const folder = "/home/core/datadog/config/secrets";
    const started = async (): Promise<string[]> =>
      Promise.all(
        ["dd-agent", "datadog-gen"].map(async (name) => (await inspectContainer(host, name)).State.StartedAt),
      );
    const put = async (text: string): Promise<void> => {
      await host.run(`umask 077; cat >${folder}/next; mv ${folder}/next ${folder}/sessions-redis`, {
        user: host.user,
        input: `${text}\n`,
      });
      await waitFor(
        "the password in the config",
        async () => (await generatedInstances(host, "redisdb")).some((instance) => instance["password"] === text),
        { timeoutMs: 60_000, intervalMs: 500 },
      );
    };
    const before = await started();
    await put("an0ther-p4ssw0rd-5f2e");
    await put(passwordInFile);
    expect(await started()).toEqual(before);
  });
});

function leaksIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => contains(text, secret))
    .map(([name]) => name);
}
