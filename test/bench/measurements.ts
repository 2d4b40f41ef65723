import { waitFor } from "../../tools/shared/wait";
import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import { generatedInstances, watchedInstances } from "../e2e/support/agent";
import { burst } from "../e2e/support/burst";
import { awayFor } from "../e2e/support/fleet";
import { isNewcomer, newcomer } from "../e2e/support/newcomer";
import type { OpenStage } from "../e2e/support/open-stage";
import { changeSettings } from "../e2e/support/stack-settings";
import { stageSettings } from "../e2e/support/stage-settings";
import type { TestHost } from "../../sandbox/host";
import { redisSamples, startCommand, startSamples } from "../../sandbox/samples/samples";
import { seconds, type Figure } from "./figures";

const ceiling = { timeoutMs: 120_000, intervalMs: 50 };

/** How long previews and deploys of one host last, and how long a replaced container is away. */
export async function deployFigures(stage: OpenStage): Promise<Figure[]> {
  const host = hostOf(stage);
  await startSamples(host, redisSamples, stage.toolchain.images.services);
  const deployment = stage.deployment("staging");
  await deployment.configure(stageSettings(stage, [host], "staging"));
  const figures: Figure[] = [];
  const time = async (what: string, target: "preview" | "up"): Promise<void> => {
    figures.push({ what, value: await seconds(() => deployment.make(target)) });
  };
  await time("preview of a new host", "preview");
  await time("up of a new host", "up");
  await time("up with nothing to do", "up");
  for (const [container, key] of [
    ["datadog-gen", "generator"],
    ["dd-agent", "agent"],
  ] as const) {
    figures.push({
      what: `${container} away while it is replaced`,
      value: await away(deployment, container, key),
      promised: 5,
    });
  }
  return figures;

  async function away(stack: SandboxDeployment, container: string, key: string): Promise<number> {
    changeSettings(stack.stackFile, { [`${key}.labels`]: { bench: "yes" } });
    const since = (await host.run("date +%s.%N")).stdout.trim();
    await stack.make("up");
    return (await awayFor(host, container, since)) / 1000;
  }
}

/** How long it takes until a container that starts is watched, and one that stops is not. */
export async function containerFigures(stage: OpenStage): Promise<Figure[]> {
  const host = hostOf(stage);
  const inFile = async (): Promise<boolean> => (await generatedInstances(host, "redisdb")).some(isNewcomer);
  const watched = async () => (await watchedInstances(host, "redisdb")).filter(isNewcomer);
  await host.run(startCommand(newcomer, stage.toolchain.images.services));
  const started = performance.now();
  const since = (): number => (performance.now() - started) / 1000;
  const figures: Figure[] = [];
  await waitFor("the newcomer in the file", inFile, ceiling);
  figures.push({ what: "a started Redis in the generated file", value: since(), promised: 3 });
  await waitFor("the newcomer in the agent's config", async () => (await watched()).length > 0, ceiling);
  figures.push({ what: "a started Redis in the agent's config", value: since(), promised: 15 });
  await waitFor("series of the newcomer", async () => (await watched()).some(({ samples }) => samples > 0), ceiling);
  figures.push({ what: "a started Redis collected", value: since(), promised: 35 });
  await host.run("docker stop --time 0 newcomer");
  const out = await seconds(() =>
    waitFor("the newcomer to be out of the file", async () => !(await inFile()), ceiling),
  );
  figures.push({ what: "a stopped Redis out of the generated file", value: out, promised: 3 });
  await host.run("docker rm newcomer");
  return figures;
}

/** What 60 containers in a row cost. */
export async function burstFigures(stage: OpenStage): Promise<Figure[]> {
  const seen = await burst(hostOf(stage), 7, 60, stage.toolchain.images.services);
  return [
    { what: "60 containers started one after the other", value: seen.seconds },
    { what: "the last of them in the generated file", value: seen.lastAfter, promised: 3 },
    {
      what: "states of the file that were not whole",
      value: seen.broken.length,
      unit: `of ${seen.states}`,
      promised: 0,
    },
  ];
}

function hostOf(stage: OpenStage): TestHost {
  const [host] = Object.values(stage.hosts);
  if (host === undefined) throw new Error("the stage has no host");
  return host;
}
