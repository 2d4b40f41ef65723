import type { OpenStage } from "../e2e/support/open-stage";
import { stageSettings } from "../e2e/support/stage-settings";
import { watchedInstances } from "../e2e/support/agent";
import { isNewcomer, newcomer } from "../e2e/support/newcomer";
import { logToStderr, step } from "../../tools/shared/progress";
import { waitFor } from "../../tools/shared/wait";
import type { TestHost } from "../../sandbox/host";
import { startCommand } from "../../sandbox/samples/samples";
import { comparedFile, comparedGenerator, startComparedGenerator } from "./compared-generator";
import type { CostFigure, ReactionFigure, Results } from "./results";

/** What is measured. */
export interface ReactionPlan {
  /** How many containers with an instance are there already. */
  readonly containers: readonly number[];
  /** How often each change is made. */
  readonly rounds: number;
  /** How many containers start one after the other. */
  readonly burst: number;
}

const ceiling = { timeoutMs: 120_000, intervalMs: 200 };

/** How long to wait for a change of a file that may never come, in seconds. */
const patience = 10;

/** Seconds over which the generator's processor time is measured when nothing happens. */
const quietSeconds = 20;

/** The two generators that see the same containers at the same time. */
const generators = [
  {
    contender: "this program",
    container: "datadog-gen",
    files: "/home/core/datadog/generated/datadog/redisdb.d/*.yaml",
  },
  { contender: "the configuration of 2016", container: comparedGenerator, files: comparedFile },
] as const;

/** Changes of one container, in turns: the command on the host, and whether its instance is to be in the files then. */
const changes = (image: string) =>
  [
    { what: "start, to the file", command: runLine("newcomer", image), there: true },
    { what: "pause, to out of the file", command: "docker pause newcomer", there: false },
    { what: "unpause, to the file", command: "docker unpause newcomer", there: true },
    { what: "network left, to out of the file", command: "docker network disconnect bridge newcomer", there: false },
    { what: "network joined, to the file", command: "docker network connect bridge newcomer", there: true },
    { what: "stop, to out of the file", command: "docker kill newcomer", there: false },
  ] as const;

const runLine = (name: string, image: string): string =>
  `docker run --detach --name ${name} --env SERVICE=redis --env PROJECT=shop --env ENVIRONMENT=staging ${image} sleep 100000`;

/** Measures how soon containers are watched, beside the configuration of 2016 in the same docker-gen on the same host. */
export async function runReactions(
  stage: OpenStage,
  plan: ReactionPlan,
): Promise<Pick<Results, "reactions" | "costs">> {
  if (plan.containers.length === 0) return { reactions: [], costs: [] };
  const [host] = Object.values(stage.hosts);
  if (host === undefined) throw new Error("the stage has no host");
  const { services, generator } = stage.toolchain.images;
  const deployment = stage.deployment("staging");
  await deployment.configure({ ...stageSettings(stage, [host], "staging"), networks: [] });
  await deployment.make("up");
  await host.loadImage(services);
  await startComparedGenerator(host, generator);
  const imagesUsed = stage.toolchain.parts.filter(({ name }) => name === "docker-gen-image" || name === "agent-image");
  const standIns = imagesUsed.filter(({ origin }) => origin === "stand-in").map(({ name }) => name);
  const reactions: ReactionFigure[] = [];
  const costs: CostFigure[] = [];
  let there = 0;
  for (const containers of plan.containers) {
    await step(`${containers} containers there`, logToStderr, async () => {
      for (; there < containers; there++) await host.run(runLine(`neighbour-${there}`, services));
      const found = [
        ...(await changesOn(host, services, plan.rounds)),
        ...(await burstOn(host, services, plan.burst)),
        {
          contender: "this program",
          what: "start, to the first collection",
          seconds: await collectedOn(host, services, Math.ceil(plan.rounds / 5)),
        },
      ];
      reactions.push(...found.map((figure) => ({ ...figure, containers, standIns })));
      for (const { contender, container } of generators) {
        costs.push({ contender, containers, standIns, ...(await costOf(host, container)) });
      }
    });
  }
  return { reactions, costs };
}

type Found = Pick<ReactionFigure, "contender" | "what" | "seconds">;

async function changesOn(host: TestHost, image: string, rounds: number): Promise<Found[]> {
  const steps = changes(image);
  const found = steps.flatMap(({ what }) =>
    generators.map(({ contender }) => ({ contender, what, seconds: [] as number[] })),
  );
  for (let round = 0; round < rounds; round++) {
    for (const { what, command, there } of steps) {
      const { stdout } = await host.run(changeScript(command, there), { timeoutMs: 120_000 });
      const times = stdout.trim().split(" ").map(Number);
      for (const [index, { contender }] of generators.entries()) {
        const seconds = times[index] ?? NaN;
        const figure = found.find((one) => one.what === what && one.contender === contender);
        // What has not come to pass has no time.
        if (seconds >= 0) figure?.seconds.push(seconds / 1000);
      }
    }
    await host.run("docker rm --force newcomer");
  }
  return found;
}

/**
 * Makes a change on the host, whose clock is the only one, and prints for each generator after how many milliseconds its
 * files are as wanted; -1 where they are not within the patience.
 */
function changeScript(command: string, there: boolean): string {
  return `
address() { docker inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' newcomer 2>/dev/null; }
before=$(address || true)
since=$(date +%s%3N)
${command} >/dev/null
now=$(address)
address=\${now:-$before}
one=-1; two=-1
until [ $one -ge 0 ] && [ $two -ge 0 ] || [ $(($(date +%s%3N) - since)) -gt ${patience * 1000} ]; do
  if [ $one -lt 0 ] && ${there ? "" : "!"} grep -qsw "$address" ${generators[0].files}; then one=$(($(date +%s%3N) - since)); fi
  if [ $two -lt 0 ] && ${there ? "" : "!"} grep -qsw "$address" ${generators[1].files}; then two=$(($(date +%s%3N) - since)); fi
  sleep 0.02
done
echo $one $two
`;
}

/** Containers that start one after the other: when the last one is in the file, and what the generator's work costs. */
async function burstOn(host: TestHost, image: string, count: number): Promise<Found[]> {
  const before = await Promise.all(generators.map(({ container }) => processorSeconds(host, container)));
  const all = Array.from({ length: count - 1 }, (_, index) => `${runLine(`burst-${index}`, image)} >/dev/null`);
  await host.run(all.join("\n"), { timeoutMs: 600_000 });
  const { stdout } = await host.run(changeScript(runLine("newcomer", image), true), { timeoutMs: 120_000 });
  const last = stdout.trim().split(" ").map(Number);
  const after = await Promise.all(generators.map(({ container }) => processorSeconds(host, container)));
  await host.run("docker ps --quiet --filter name=burst- --filter name=newcomer | xargs docker rm --force");
  return generators.flatMap(({ contender }, index) => [
    {
      contender,
      what: `the last of ${count} starts, to the file`,
      seconds: [last[index] ?? -1].filter((time) => time >= 0).map((time) => time / 1000),
    },
    {
      contender,
      what: `${count} starts, processor time of the generator`,
      seconds: [(after[index] ?? NaN) - (before[index] ?? NaN)],
    },
  ]);
}

/** How long after its start a container has given its first samples. */
async function collectedOn(host: TestHost, image: string, rounds: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await host.run(startCommand(newcomer, image));
    const started = performance.now();
    const hasSamples = async (): Promise<boolean> =>
      (await watchedInstances(host, "redisdb")).some((instance) => isNewcomer(instance) && instance.samples > 0);
    await waitFor("series of the newcomer", hasSamples, ceiling);
    seconds.push((performance.now() - started) / 1000);
    await host.run("docker rm --force newcomer");
  }
  return seconds;
}

async function costOf(host: TestHost, container: string): Promise<Pick<CostFigure, "mebibytes" | "idleSeconds">> {
  const before = await processorSeconds(host, container);
  // Time itself is measured here: nothing is waited for.
  await host.run(`sleep ${quietSeconds}`);
  const idle = (await processorSeconds(host, container)) - before;
  const { stdout } = await host.run(`docker stats --no-stream --format '{{.MemUsage}}' ${container}`);
  const [, amount = "", unit = ""] = /^([\d.]+)(KiB|MiB|GiB)/.exec(stdout) ?? [];
  const factor = { KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit] ?? NaN;
  return { mebibytes: Number(amount) * factor, idleSeconds: (idle * 60) / quietSeconds };
}

/** Processor time of a container's first process and of all children that it has waited for. */
async function processorSeconds(host: TestHost, container: string): Promise<number> {
  const { stdout } = await host.run(
    `stat=$(cat /proc/$(docker inspect --format '{{.State.Pid}}' ${container})/stat); echo "\${stat##*) }"; getconf CLK_TCK`,
  );
  const [line = "", ticks = ""] = stdout.trim().split("\n");
  const times = line.split(" ").slice(11, 15).map(Number);
  return times.reduce((sum, time) => sum + time, 0) / Number(ticks);
}
