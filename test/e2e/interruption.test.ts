import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { StackState } from "../../tools/deploy/state";
import { run } from "../../tools/shared/run";
import { cloneRepository } from "./support/clone";
import { cutBy, endOfOrphans, holdWhile, interruptedUp, signalPulumiOf, type Cut } from "./support/interruption";
import { leftovers } from "./support/fleet";
import { changeSettings } from "./support/stack-settings";
import { exportState, unfinished } from "./support/state";
import { apiKey, setStage, stageSettings } from "./support/stage";

/** At how many points of the engine's log each signal cuts a run off, from the first event to the last. */
const points = 8;

const stage = setStage("interruption", { "cut-1": {} });
const host = () => stage.host("cut-1");

/** What a run that is cut off was about. */
const works = ["first creation", "change"] as const;
type Work = (typeof works)[number];

describe("an up that is cut off is finished by the next one", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  let empty = "";
  let isUp = false;
  let round = 0;
  /** Events in the log of a run that is not cut off. */
  const events: Record<Work, number> = { "first creation": 0, change: 0 };

  const stack = (): string[] => ["--stack", deployment.stack];
  const up = async (): Promise<void> => {
    await deployment.pulumi(["up", "--yes", "--skip-preview", ...stack()]);
    isUp = true;
  };

  /** Other tags are other templates, so files, generator, agent and leftovers all have work. */
  const prepare = async (work: Work): Promise<void> => {
    if (work === "change" && !isUp) await up();
    isUp = false;
    round += 1;
    changeSettings(deployment.stackFile, { tags: [`round:${round}`], "generator.labels": { round: String(round) } });
    if (work === "change") return;
    await deployment.pulumi(["stack", "import", ...stack()], { input: empty });
    await host().run("docker ps --all --quiet | xargs -r docker rm --force; rm -rf /home/core/datadog");
  };

  /** What is on the host is what the last settings say, and nothing else; no work is left for a next run. */
  const expectConverged = async (): Promise<void> => {
    await up();
    expect(unfinished(await exportState(deployment))).toEqual([]);
    const containers = await host().run(
      `docker ps --all --format '{{.Names}} {{.State}} {{.Label "datadog-hosts.role"}} {{.Label "round"}}' | sort`,
    );
    expect(containers.stdout).toBe(`datadog-gen running generator ${round}\ndd-agent running agent \n`);
    const environment = await host().run("docker inspect --format '{{.Config.Env}}' dd-agent");
    expect(environment.stdout).toContain(`round:${round}`);
    const folders = await host().run(
      "cd /home/core/datadog; ls -d config/datadog-gen/* templates/datadog-gen/* | wc -l",
    );
    expect(folders.stdout.trim(), "folders of the generator, each by its content").toBe("2");
  };

  beforeAll(async () => {
    await host().run("docker network create backend");
    deployment = stage.deployment("staging");
    await deployment.forget();
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    empty = (await deployment.pulumi(["stack", "export", ...stack()])).stdout;
    for (const work of works) {
      await prepare(work);
      const { status, output, events: count } = await interruptedUp(deployment);
      expect(status, output).toBe(0);
      isUp = true;
      events[work] = count;
    }
  });

  const cuts = [...Array(points).keys()].flatMap((index): { work: Work; how: Cut; percent: number }[] => {
    const percent = Math.round((index * 100) / (points - 1));
    const hard: Cut = index % 4 < 2 ? "SIGKILL of pulumi alone" : "SIGKILL of pulumi with its program and plugins";
    return [
      { work: works[index % 2] ?? "change", how: "SIGINT", percent },
      { work: works[(index + 1) % 2] ?? "change", how: hard, percent },
    ];
  });

  test.each(cuts)("$how of a $work at $percent % of its events", async ({ work, how, percent }) => {
    await prepare(work);
    const afterEvents = 1 + Math.round(((events[work] - 1) * percent) / 100);
    const cut = await interruptedUp(deployment, { afterEvents, act: cutBy(how) });
    // The last events come when all is done: such a run may be through before the signal reaches it, or may heed it no more.
    if (percent < 90) expect(cut.status, `it went on to its end:\n${cut.output}`).not.toBe(0);
    if (how === "SIGINT" && percent < 90) expect(cut.status, `it did not end in order:\n${cut.output}`).toBeDefined();
    if (cut.status === undefined) await deployment.pulumi(["cancel", "--yes", ...stack()]);
    await expectConverged();
    if (percent === 100) await deployment.pulumi(["preview", "--expect-no-changes", ...stack()]);
    await endOfOrphans(cut.orphans);
  });

  test("a deploy of the same stack from a second clone reports at once who holds the lock, and since when", async () => {
    await prepare("change");
    const clone = cloneRepository();
    try {
      copyFileSync(deployment.stackFile, join(clone, "stacks", basename(deployment.stackFile)));
      symlinkSync(resolve(".sandbox"), join(clone, ".sandbox"));
      const second = { status: 0, output: "" };
      const { status, output } = await interruptedUp(deployment, {
        afterEvents: 3,
        act: holdWhile(async () => {
          const { status, stdout, stderr } = await deployment.make("up", {
            cwd: clone,
            env: { PULUMI_BACKEND_URL: `file://${resolve(".state")}?metadata=skip` },
            check: false,
          });
          Object.assign(second, { status, output: stdout + stderr });
        }),
      });
      expect(second.status).not.toBe(0);
      expect(second.output).toMatch(
        new RegExp(
          `^Stack ${deployment.stack} is locked: .+@.+ \\(process \\d+\\), since \\d{4}-.*wait for it to end`,
          "m",
        ),
      );
      expect(status, output).toBe(0);
    } finally {
      rmSync(clone, { recursive: true });
    }
  });

  test("after a kill, that run and the next one name the command for the lock, and it does", async () => {
    await prepare("change");
    const command = `make unlock STACK=${deployment.stack}`;
    const up = deployment.make("up", { check: false });
    await signalPulumiOf(deployment.stack, 10, "SIGKILL");
    const killed = await up;
    expect(killed.stderr).toContain(`pulumi was killed (SIGKILL) and left its lock on stack ${deployment.stack}.`);
    expect(killed.stderr).toContain(`\`${command}\``);

    const next = await deployment.make("up", { check: false });
    expect(next.status).not.toBe(0);
    expect(next.stderr).toMatch(new RegExp(`^Stack ${deployment.stack} is locked by a run that was killed: `, "m"));
    expect(next.stderr).toContain(`\`${command}\``);

    // In a test run of make, it would print the directory too.
    const quietly = `${command} --no-print-directory`;
    const unlocked = await run("sh", ["-c", quietly], { env: deployment.environment });
    expect(unlocked.stdout).toMatch(
      new RegExp(`^Removed the lock of stack ${deployment.stack}: \\S+@\\S+ \\(process \\d+\\)`),
    );
    const again = await run("sh", ["-c", quietly], { env: deployment.environment });
    expect(again.stdout).toBe(`Stack ${deployment.stack} has no lock. Nothing was removed.\n`);
    // An import would leave it out.
    const file = join(".state", ".pulumi", "stacks", "datadog-hosts", `${deployment.stack}.json`);
    const saved = JSON.parse(readFileSync(file, "utf8")) as {
      readonly checkpoint: { latest: StackState["deployment"] };
    };
    const agent = saved.checkpoint.latest.resources?.find(({ urn }) => urn.endsWith("::cut-1-agent"));
    Object.assign(saved.checkpoint.latest, { pending_operations: [{ resource: agent, type: "creating" }] });
    writeFileSync(file, JSON.stringify(saved));
    await deployment.make("up");
    expect((await exportState(deployment)).deployment.pending_operations ?? []).toEqual([]);
    await expectConverged();
    await deployment.pulumi(["preview", "--expect-no-changes", ...stack()]);
  });

  test("destroy takes away what a run had started when it was cut off, and the state does not know", async () => {
    const state = await exportState(deployment);
    const { resources = [] } = state.deployment;
    const known = resources.filter(({ urn }) => !/::cut-1-(agent|cleanup)$/.test(urn));
    expect(known).toHaveLength(resources.length - 2);
    const without = { ...state, deployment: { ...state.deployment, resources: known } };
    await deployment.pulumi(["stack", "import", ...stack()], { input: JSON.stringify(without) });
    await deployment.make("destroy");
    expect(await leftovers(host())).toBe("");
  });
});
