import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { StackState } from "../../tools/deploy/state";
import { recordedSeries } from "../../tools/sandbox/intake";
import { waitFor } from "../../tools/shared/wait";
import { describeRenderings, renderSchema, type HostRendering } from "../../tools/render";
import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import type { RunOptions } from "../../tools/shared/run";
import type { Shown } from "../../tools/shared/shown";
import { generatedInstances } from "./support/agent";
import { cloneProgram, type ProgramClone } from "./support/clone";
import { inspectContainer } from "./support/containers";
import { previewChanges } from "./support/preview";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";
import { touchedBy } from "./support/touched";

const stage = setStage("edits", { "edits-1": {} });

/** Edits of the stack file: the setting, what it is at first and then, and the property that the preview has to name. */
const settings: readonly { what: string; key: string; from: unknown; to: unknown; property: string }[] = [
  {
    what: "an environment value",
    key: "agent.environment",
    from: { DD_LOG_LEVEL: "info" },
    to: { DD_LOG_LEVEL: "warn" },
    property: "envs",
  },
  {
    what: "a label",
    key: "agent.labels",
    from: { "example.edited": "no" },
    to: { "example.edited": "yes" },
    property: "labels",
  },
  {
    what: "a mount",
    key: "agent.mounts",
    from: [{ source: "/home/core/extra", target: "/mnt/extra" }],
    to: [{ source: "/home/core/extra", target: "/mnt/extra", readOnly: false }],
    property: "mounts",
  },
  {
    what: "the health check",
    key: "agent.healthCheck",
    from: { test: ["CMD-SHELL", "agent health"], intervalSeconds: 20 },
    to: { test: ["CMD-SHELL", "echo edited; agent health"], intervalSeconds: 2 },
    property: "healthcheck",
  },
];

/** An application's container, with a password. */
const password = "Edits-Password-1";
const application = { SERVICE: "redis", PROJECT: "blog", CONNECTION: `0,${password}` };

/** What `make render` tells of the one host. */
async function render(deployment: SandboxDeployment, options: RunOptions): Promise<Shown<HostRendering>> {
  const { stdout, stderr } = await deployment.make("render", { ...options, env: { ...options.env, JSON: "yes" } });
  expect(stdout + stderr).not.toContain(password);
  const document = JSON.parse(stdout) as { readonly hosts: readonly Shown<HostRendering>[] };
  expect(renderSchema.parse(document)).toEqual(document);
  const [host] = document.hosts;
  if (host === undefined) throw new Error("no host was told of");
  return host;
}

const template = join("templates", "integrations", "redisdb.tmpl");

describe("an edit shows in the preview, and after `up` on the host", () => {
  let clone: ProgramClone;
  let deployment: ReturnType<typeof stage.deployment>;
  const stackFile = (): string => join(clone.folder, "stacks", `Pulumi.${deployment.stack}.yaml`);
  const host = () => stage.host("edits-1");
  const up = () => deployment.pulumi(["up", "--yes", "--skip-preview", "--stack", deployment.stack], clone.options);
  let first: Awaited<ReturnType<typeof render>>;

  beforeAll(async () => {
    await host().run("docker network create backend && mkdir /home/core/extra");
    const variables = Object.entries(application).map(([name, value]) => `--env ${name}=${value}`);
    const { generator } = stage.toolchain.images;
    await host().run(
      `docker run --detach --name application --network backend ${variables.join(" ")} --entrypoint sleep ${generator} 10000`,
    );
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    changeSettings(deployment.stackFile, Object.fromEntries(settings.map(({ key, from }) => [key, from])));
    clone = cloneProgram({ withTools: true });
    first = await render(deployment, clone.options);
    await up();
  });
  afterAll(() => {
    clone.remove();
  });

  test("a host without containers of ours: what is announced before the first `up` is there after it", async () => {
    expect(first.containers.map(({ name, fate }) => [name, fate])).toEqual([
      ["dd-agent", "starts"],
      ["datadog-gen", "starts"],
    ]);
    const told = first.instances.find(({ check }) => check === "redisdb");
    const tags = ["project:blog", "environment:staging"];
    expect(told).toMatchObject({ change: "added", container: "application", tags });
    const instances = await waitFor("the application's instance", async () => {
      const found = await generatedInstances(host(), "redisdb");
      return found.length > 0 && found;
    });
    expect(instances.map((one) => `${String(one["host"])}:${String(one["port"])}`)).toEqual([told?.instance]);
    expect(instances[0]).toMatchObject({ tags, password });
    const settled = await deployment.make("render", clone.options);
    expect(settled.stdout).toBe("Host edits-1: its configs stay as they are\n");
  });

  test.each(settings.map((edit) => [edit.what, edit] as const))(
    "%s: the preview replaces the agent, looks at it, and touches nothing else",
    async (_, { key, to, property }) => {
      const putBack = changeSettings(stackFile(), { [key]: to });
      try {
        expect(await previewChanges(deployment, clone.options)).toEqual({
          "edits-1-agent": { op: "replace", because: [property] },
          // What looks whether the new one stays up.
          "edits-1-cleanup": { op: "update", because: ["stdin"] },
          // What asks the engine whether it takes the mounts.
          ...(key === "agent.mounts" && { "edits-1-preflight": { op: "update", because: ["stdin"] } }),
        });
      } finally {
        putBack();
      }
    },
  );

  /** Adds a comment and a setting that every generated config of a Redis then carries. */
  const editTemplate = (): (() => void) => {
    const file = join(clone.folder, template);
    const before = readFileSync(file, "utf8");
    const edited = before
      .replace("\n  - host:", "\n  # an edited template\n  - host:")
      .replace("port: {{ .port }}", "port: {{ .port }}\n    command_stats: true");
    writeFileSync(file, edited);
    return () => {
      writeFileSync(file, before);
    };
  };

  test("a template: the preview replaces the generator, and not the agent", async () => {
    const putBack = editTemplate();
    try {
      const changes = await previewChanges(deployment, clone.options);
      expect(changes["edits-1-generator"]).toEqual({ op: "replace", because: ["mounts"] });
      expect(changes["edits-1-agent"]).toBeUndefined();
    } finally {
      putBack();
    }
  });

  test("all of them, and a proxy, are announced without a touch of the host, and on it after one `up`", async () => {
    const direct = await waitFor(
      "series that came directly",
      async () => {
        const series = await recordedSeries(stage.intake);
        return series.length > 0 && series;
      },
      { timeoutMs: 60_000, intervalMs: 1000 },
    );
    expect(direct.filter(({ proxied }) => proxied)).toEqual([]);
    const before = await inspectContainer(host(), "dd-agent");

    editTemplate();
    changeSettings(stackFile(), {
      ...Object.fromEntries(settings.map(({ key, to }) => [key, to])),
      "proxy.http": stage.intake.address,
    });
    const { result: told, ...touched } = await touchedBy(host(), async () => {
      const env = { ...clone.options.env, LIVE: "yes" };
      const live = await deployment.make("preview", { ...clone.options, env });
      expect(live.stdout).toContain("Host edits-1: its configs change");
      return render(deployment, clone.options);
    });
    expect(touched).toEqual({ events: [], files: [] });
    expect(describeRenderings([told]).split("\n")).toEqual([
      "Host edits-1: would restart: dd-agent, datadog-gen",
      `  ~ redisdb ${told.instances[0]?.instance ?? ""} command_stats: (none) -> true (application)`,
    ]);
    await up();

    const agent = await inspectContainer(host(), "dd-agent");
    expect(before.Config.Env).toContain("DD_LOG_LEVEL=info");
    expect(agent.Config.Env).toContain("DD_LOG_LEVEL=warn");
    expect(before.Config.Labels).toMatchObject({ "example.edited": "no" });
    expect(agent.Config.Labels).toMatchObject({ "example.edited": "yes" });
    const mount = { Source: "/home/core/extra", Destination: "/mnt/extra" };
    expect(before.Mounts).toContainEqual(expect.objectContaining({ ...mount, RW: false }));
    expect(agent.Mounts).toContainEqual(expect.objectContaining({ ...mount, RW: true }));
    expect(before.Config.Healthcheck).toMatchObject({ Test: ["CMD-SHELL", "agent health"], Interval: 20e9 });
    expect(agent.Config.Healthcheck).toMatchObject({
      Test: ["CMD-SHELL", "echo edited; agent health"],
      Interval: 2e9,
    });
    await waitFor("the edited health check to have run", async () =>
      (await inspectContainer(host(), "dd-agent")).State.Health?.Log?.some(({ Output }) => Output.includes("edited")),
    );

    const { images } = stage.toolchain;
    const sleeper = `--env SERVICE=redis --entrypoint sleep ${images.generator} 1000`;
    await host().run(`docker run --detach --name edited ${sleeper}`);
    await waitFor("the generator to write by the edited template", async () =>
      (await host().run("cat /home/core/datadog/generated/datadog/redisdb.d/*.yaml")).stdout.includes(
        "# an edited template",
      ),
    );
    const instances = await generatedInstances(host(), "redisdb");
    expect(instances).toContainEqual(expect.objectContaining({ password, command_stats: true }));

    const replaced = Date.parse(agent.State.StartedAt);
    const since = await waitFor(
      "series of the new agent",
      async () => {
        const series = (await recordedSeries(stage.intake)).filter(({ receivedAt }) => receivedAt > replaced);
        return series.length > 0 && series;
      },
      { timeoutMs: 60_000, intervalMs: 1000 },
    );
    expect(since.filter(({ proxied }) => !proxied)).toEqual([]);
  });

  test("what the engine refuses leaves the old containers at work, in the state too, and the next `up` tries again", async () => {
    const ids = async (): Promise<string> =>
      (await host().run("docker inspect --format '{{.Name}} {{.Id}} {{.State.Running}}' dd-agent datadog-gen")).stdout;
    const inState = async (): Promise<unknown[]> => {
      const { stdout } = await deployment.pulumi(["stack", "export", "--stack", deployment.stack], clone.options);
      const { resources = [] } = (JSON.parse(stdout) as StackState).deployment;
      return resources
        .filter(({ type }) => type === "docker:index/container:Container")
        .map(({ id = "", delete: isLeft, initErrors }) => ({ id, isLeft, initErrors }))
        .sort((one, other) => (one.id < other.id ? -1 : 1));
    };
    const ours = "docker ps --all --filter label=datadog-hosts.role --format '{{.Names}}' | sort";
    const args = ["up", "--yes", "--skip-preview", "--continue-on-error", "--stack", deployment.stack];
    const before = { ids: await ids(), inState: await inState() };
    // The preflight tries a container with the mounts in the settings: a file can't be mounted on a folder.
    const putMountBack = changeSettings(stackFile(), {
      "agent.mounts": [{ source: "/etc/hostname", target: "/root" }],
    });
    const early = await deployment.pulumi(args, { ...clone.options, check: false });
    expect(early.stdout + early.stderr).toMatch(
      /the Docker engine refuses the container dd-agent as the stack file describes it \(.*not a directory/,
    );
    expect({ ids: await ids(), inState: await inState() }).toEqual(before);
    putMountBack();
    // It tries the generator's without starting it.
    const putBack = changeSettings(stackFile(), {
      "generator.mounts": [{ source: "/etc/hostname", target: "/root" }],
    });
    const { status, stdout, stderr } = await deployment.pulumi(args, { ...clone.options, check: false });
    const said = stdout + stderr;
    expect(status, said).not.toBe(0);
    expect(said).toMatch(/Host edits-1 \(.*\): the new datadog-gen was refused: Unable to start container/);
    expect({ ids: await ids(), inState: await inState() }, said).toEqual(before);
    expect((await host().run(ours)).stdout, "no others of ours").toBe("datadog-gen\ndd-agent\n");
    const changes = await previewChanges(deployment, clone.options);
    expect([changes["edits-1-agent"], changes["edits-1-generator"]?.op]).toEqual([undefined, "replace"]);

    putBack();
    const back = await previewChanges(deployment, clone.options);
    expect([back["edits-1-agent"], back["edits-1-generator"]]).toEqual([undefined, undefined]);
    changeSettings(stackFile(), { "agent.labels": { "example.edited": "again" } });
    await up();
    const agent = await inspectContainer(host(), "dd-agent");
    expect(agent.Config.Labels).toMatchObject({ "example.edited": "again" });
    expect((await host().run(ours)).stdout).toBe("datadog-gen\ndd-agent\n");
  });
});
