import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { run, type RunOptions, type RunResult } from "../../tools/shared/run";
import { programParts } from "../../tools/toolchain/parts";
import type { TestHost } from "../../sandbox/host";
import { cloneRepository } from "./support/clone";
import { inspectContainer } from "./support/containers";
import { containerIds } from "./support/fleet";
import { signalPulumiOf } from "./support/interruption";
import { startSharedBackend } from "./support/shared-backend";
import { apiKey, setStage, stageSettings } from "./support/stage";
import { changeSettings } from "./support/stack-settings";

const owner = "pipeline";
const stage = setStage(owner, { "store-1": {}, "store-2": {} });

/** How a run tells that it has stand-ins. */
const standInsNotice = "Stand-ins for tests are used in place of the vendors'";

/** The stacks that both clones have, each with one host. */
const stacks = { staging: "store-staging", production: "store-production" } as const;
type Environment = keyof typeof stacks;

describe("the pipeline's targets, from two clones that share one backend", () => {
  const clones: string[] = [];
  let backend: string;

  const hosts = (): Record<Environment, TestHost> => ({
    staging: stage.host("store-1"),
    production: stage.host("store-2"),
  });

  /** As on a runner: the key that opens the hosts and the backend's address come as secrets. */
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    ...stage.toolchain.environment,
    CI: "true",
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "shared-passphrase",
    SSH_AUTH_SOCK: undefined,
    SSH_PRIVATE_KEY: readFileSync(stage.host("store-1").privateKeyFile, "utf8"),
  });

  /** Runs a command in the first or the second clone, whether it succeeds or not. */
  const inClone = async (
    clone: 0 | 1,
    command: readonly string[],
    { env, ...options }: RunOptions = {},
  ): Promise<RunResult & { readonly output: string }> => {
    const [program = "", ...args] = command;
    const all = { cwd: clones[clone] ?? "", check: false, ...options, env: { ...environment(), ...env } };
    const result = await run(program, args, all);
    return { ...result, output: result.stdout + result.stderr };
  };

  const make = (clone: 0 | 1, args: readonly string[], options?: RunOptions) =>
    inClone(clone, ["make", "--no-print-directory", ...args], options);

  /** Runs the command that follows with an ssh agent that has the key which opens the hosts. */
  const withKey = (): string[] => {
    const agent = 'eval "$(ssh-agent -s)" >/dev/null; trap "kill $SSH_AGENT_PID" EXIT; ssh-add -q "$0"; "$@"';
    return ["sh", "-euc", agent, hosts().staging.privateKeyFile];
  };

  const mustSucceed = ({ status, output }: { readonly status: number; readonly output: string }): void => {
    expect(status, output).toBe(0);
  };

  const stackFile = (clone: 0 | 1, stack: string): string =>
    join(clones[clone] ?? "", "stacks", `Pulumi.${stack}.yaml`);

  /** Gives the second clone the stack files of the first, as a merge does. */
  const share = (): void => {
    for (const stack of Object.values(stacks)) copyFileSync(stackFile(0, stack), stackFile(1, stack));
  };

  /** Whether the hosts are as the clones have them: a test that changes something says so for as long as it may differ. */
  let deployed = false;

  /** Both stacks as the clones have them, on their hosts. */
  const deployAll = async (): Promise<void> => {
    if (deployed) return;
    for (const name of Object.keys(stacks)) mustSucceed(await make(0, ["deploy", `ENVIRONMENT=${name}`]));
    deployed = true;
  };

  const containers = async (): Promise<unknown> =>
    Promise.all([containerIds(hosts().staging), containerIds(hosts().production)]);

  beforeAll(async () => {
    backend = await startSharedBackend(owner);
    // One key opens both hosts.
    const key = readFileSync(`${stage.host("store-1").privateKeyFile}.pub`, "utf8");
    await stage.host("store-2").run("cat >>/home/core/.ssh/authorized_keys", { input: key });
    clones.push(cloneRepository(), cloneRepository());
    for (const [name, stack] of Object.entries(stacks)) {
      const { images, intake, generation } = stageSettings(stage, [], name);
      const { address, hostKey } = hosts()[name as Environment];
      const settings = {
        project: "store",
        environment: name,
        intake,
        agent: { generation, image: images.agent },
        generator: { image: images.generator },
        hosts: [{ name: stack, address, hostKey }],
      };
      const config = Object.entries(settings).map(([setting, value]) => [`datadog-hosts:${setting}`, value]);
      writeFileSync(stackFile(0, stack), stringify({ config: Object.fromEntries(config) as object }));
      mustSucceed(await inClone(0, ["pulumi", "stack", "init", "--non-interactive", stack]));
      const set = ["pulumi", "config", "set", "--non-interactive", "--secret", "--stack", stack, "apiKey"];
      mustSucceed(await inClone(0, set, { input: apiKey }));
    }
    share();
  });
  afterAll(() => {
    for (const clone of clones) rmSync(clone, { recursive: true });
  });

  test.each([["preview-all"], ["deploy", "ENVIRONMENT=staging"], ["drift"]])(
    "make %s refuses a backend of this machine alone",
    async (...args) => {
      const { status, output } = await make(0, args, { env: { PULUMI_BACKEND_URL: "file://.state" } });
      expect(status).not.toBe(0);
      expect(output).toContain("The pipeline needs a backend that all runs share");
    },
  );

  test("a deploy takes no stand-in that nobody has asked for", async () => {
    const asked = Object.keys(environment()).filter((name) => name.startsWith("TOOLCHAIN"));
    const env = Object.fromEntries(asked.map((name) => [name, undefined]));
    const { status, output } = await make(0, ["deploy", "ENVIRONMENT=staging"], { env });
    expect(output).not.toContain(standInsNotice);
    // Where the vendors' can be had it goes through.
    if (status !== 0)
      expect(output).toMatch(/^(language-host|(docker|command)-plugin): the vendor's is not on this machine/m);
  });

  test("preview-all reports every stack's change, and connects to no host", async () => {
    const logs = async () => Promise.all(Object.values(hosts()).map((host) => host.sshdLog()));
    const before = await logs();
    mustSucceed(await make(1, ["preview-all"], { env: { SSH_PRIVATE_KEY: "" } }));
    const comment = readFileSync(join(clones[1] ?? "", ".results", "preview.md"), "utf8");
    for (const stack of Object.values(stacks)) {
      expect(comment).toContain(`| \`${stack}\` | `);
      expect(comment).toMatch(
        new RegExp(`^- \`Host ${stack}: created: agent, .*; dd-agent starts, datadog-gen starts\\.\`$`, "m"),
      );
    }
    expect(await logs()).toEqual(before);
  });

  test("what one clone has deployed, the other knows: nothing is left to do, and nothing drifts", async () => {
    const first = await make(0, ["deploy", "ENVIRONMENT=staging"]);
    mustSucceed(first);
    const standIns = programParts.filter((part) =>
      stage.toolchain.parts.some(({ name, origin }) => name === part && origin === "stand-in"),
    );
    expect(first.output.includes(`${standInsNotice} ${standIns.join(", ")}.`)).toBe(standIns.length > 0);
    expect(Object.keys(await containerIds(hosts().staging)).sort()).toEqual(["datadog-gen", "dd-agent"]);
    mustSucceed(await make(1, ["deploy", "ENVIRONMENT=production"]));
    expect(Object.keys(await containerIds(hosts().production)).sort()).toEqual(["datadog-gen", "dd-agent"]);
    deployed = true;

    const before = await containers();
    mustSucceed(await make(0, ["preview-all"]));
    const comment = readFileSync(join(clones[0] ?? "", ".results", "preview.md"), "utf8");
    for (const stack of Object.values(stacks))
      expect(comment).toMatch(new RegExp(`\`${stack}\` \\| \\d+ unchanged \\|`));
    mustSucceed(await make(1, ["drift"]));
    // Each deploys what the other has deployed.
    mustSucceed(await make(0, ["deploy", "ENVIRONMENT=production"]));
    mustSucceed(await make(1, ["deploy", "ENVIRONMENT=staging"]));
    expect(await containers()).toEqual(before);
  });

  test("a container that was removed by hand is found by either clone, and put right by either", async () => {
    await deployAll();
    deployed = false;
    await hosts().staging.run("docker rm --force datadog-gen");
    for (const clone of [0, 1] as const) {
      const { status, output } = await make(clone, ["drift"]);
      expect(status, output).not.toBe(0);
      const issue = readFileSync(join(clones[clone] ?? "", ".results", "drift.md"), "utf8");
      expect(issue).toContain(`- \`${stacks.staging}\`: differs`);
      expect(issue).not.toContain(`- \`${stacks.production}\``);
    }
    // As docs/pipeline.md says; outside of the pipeline's targets the key comes from a file.
    const refresh = ["refresh", "--yes", "--run-program", "--non-interactive", "--stack", stacks.staging];
    mustSucceed(await inClone(1, [...withKey(), "pulumi", ...refresh]));
    mustSucceed(await make(1, ["deploy", "ENVIRONMENT=staging"]));
    expect(Object.keys(await containerIds(hosts().staging)).sort()).toEqual(["datadog-gen", "dd-agent"]);
    mustSucceed(await make(0, ["drift"]));
    deployed = true;
  });

  test("of two deploys at once one works, and the other reports who holds the lock; afterwards nothing is left to do", async () => {
    await deployAll();
    deployed = false;
    const host = hosts().staging;
    changeSettings(stackFile(0, stacks.staging), { tags: ["edited:yes"] });
    share();
    const { output: planned } = await make(1, ["preview-all"]);
    expect(planned).toMatch(/^Host store-staging: replaced: agent; changed: cleanup; dd-agent restarts\.$/m);
    expect(planned).toMatch(/^Host store-production: nothing to do\.$/m);
    const first = make(0, ["deploy", "ENVIRONMENT=staging"]);
    // It is in the middle of its work for as long as its engine stands still.
    await signalPulumiOf(stacks.staging, 10, "SIGSTOP");
    try {
      const second = await make(1, ["deploy", "ENVIRONMENT=staging"]);
      expect(second.status, second.output).not.toBe(0);
      expect(second.output).toMatch(
        /^Stack store-staging is locked: \S+@\S+ \(process \d+\), since \S+\. If that run is still working, wait for it to end\. If it was killed: .*make unlock STACK=store-staging/m,
      );
      expect(second.output).toMatch(/^Not done: store-staging\. The reasons are above\.$/m);
      // The other stack is free, and a preview takes no lock.
      mustSucceed(await make(1, ["deploy", "ENVIRONMENT=production"]));
      mustSucceed(await make(1, ["preview-all"]));
    } finally {
      await signalPulumiOf(stacks.staging, 10, "SIGCONT");
      mustSucceed(await first);
    }
    expect((await inspectContainer(host, "dd-agent")).Config.Env.join("\n")).toContain("edited:yes");
    const before = await containers();
    mustSucceed(await make(1, ["deploy", "ENVIRONMENT=staging"]));
    mustSucceed(await make(1, ["drift"]));
    expect(await containers()).toEqual(before);
    deployed = true;
  });

  test("a rollback makes the hosts what they were at the commit before, also a renamed one; the clone still has the change", async () => {
    const stack = stacks.staging;
    const commit = async (message: string): Promise<void> => {
      const script = `git init --quiet; printf '%s\\n' node_modules .results .state >.git/info/exclude; git add --all; git -c user.name=a -c user.email=a@example.com commit --quiet --message "$0"`;
      mustSucceed(await inClone(0, ["sh", "-euc", script, message]));
    };
    const tags = async (): Promise<string> =>
      (await inspectContainer(hosts().staging, "dd-agent")).Config.Env.find((one) => one.startsWith("DD_TAGS=")) ?? "";
    await commit("A good one");
    mustSucceed(await make(0, ["deploy", "ENVIRONMENT=staging"]));
    deployed = false;
    const good = await tags();
    const renamed = { "hosts.0.name": "till-1", "hosts.0.formerNames": [stack] };
    changeSettings(stackFile(0, stack), { tags: ["bad:yes"], ...renamed });
    await commit("A bad one");
    mustSucceed(await make(0, ["deploy", "ENVIRONMENT=staging"]));
    expect(await tags()).toContain("bad:yes");

    const rollback = [...withKey(), "make", "--no-print-directory", "rollback", `STACK=${stack}`];
    // As for most people: pulumi comes from the toolchain, not from the PATH.
    const { status, output } = await inClone(0, rollback, { env: { PATH: process.env["PATH"] } });
    expect(status, output).toBe(0);
    expect(output).toContain("Renamed since, and get their earlier names again: till-1.");
    expect(output).toMatch(/^Stack store-staging goes back to its up of \S+: commit [0-9a-f]{12} \(A good one\)\.$/m);
    expect(await tags()).toBe(good);
    const { output: planned } = await make(0, ["preview-all"]);
    expect(planned).toMatch(
      /^Host till-1: replaced: agent, generator; changed: .*; dd-agent restarts, datadog-gen restarts\.$/m,
    );
    expect((await inClone(0, ["git", "worktree", "list"])).stdout.trim().split("\n")).toHaveLength(1);

    const again = await inClone(0, rollback);
    expect(again.status).not.toBe(0);
    expect(again.output).not.toContain("A bad one");
    expect(await tags()).toBe(good);
  });
});
