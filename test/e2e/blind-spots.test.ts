import { spawn } from "node:child_process";

import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { run } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import {
  statusSchema,
  type ContainerRow,
  type HostReport,
  type Fix,
  type StatusDocument,
} from "../../tools/status/schema";
import {
  configured,
  lastWords,
  networksApart,
  passwordInFile,
  situations,
  startLine,
  watched,
  type Situation,
} from "./support/situations";
import { apiKey, setStage, stageSettings } from "./support/stage";
import { changeSettings } from "./support/stack-settings";

const stage = setStage("blind-spots", { "spots-1": {} });
const configs = "/home/core/datadog/generated/datadog";
const late: Situation = { ...watched, name: "late" };

/** Agents poll for configs every few seconds, and begin a new check within 15 s. */
const patience = { timeoutMs: 120_000, intervalMs: 1000 };

describe("what is watched on a host, and what is not", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  const host = () => stage.host("spots-1");
  const services = () => stage.toolchain.images.services;

  /** Runs the program behind `make status` and `make drift`. */
  const status = async (...args: string[]) => {
    const program = ["tools/start.cjs", "tools/status/main.ts", deployment.stack, ...args];
    const result = await run("node", program, { check: false, env: deployment.environment });
    expect(result.stdout + result.stderr).not.toContain(apiKey);
    return result;
  };
  const report = async (): Promise<StatusDocument & HostReport> => {
    const { stdout, stderr, status: code } = await status("--json");
    if (stdout === "") throw new Error(stderr);
    const document: unknown = JSON.parse(stdout);
    const read = statusSchema.parse(document);
    expect(read).toEqual(document);
    expect(read.exitCode).toBe(code);
    const [first] = read.hosts;
    if (first === undefined) throw new Error("no host");
    return { ...read, ...first };
  };
  const rowOf = ({ containers }: HostReport, name: string): ContainerRow | undefined =>
    containers.find(({ container }) => container === name);

  /** Waits until `make status` says of each situation what it should, and returns the report. */
  const until = (what: string, differences: (found: StatusDocument & HostReport) => readonly unknown[]) =>
    waitFor(
      what,
      async () => {
        const found = await report();
        const wrong = differences(found);
        if (wrong.length > 0) throw new Error(wrong.map((one) => JSON.stringify(one)).join("\n"));
        return found;
      },
      patience,
    );

  let prepared: StatusDocument & HostReport;

  beforeAll(async () => {
    await host().loadImage(services());
    await host().run(["backend", ...networksApart].map((name) => `docker network create ${name}`).join(" && "));
    for (const { image } of situations) if (image !== undefined) await host().run(`docker tag ${services()} ${image}`);
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [host()], "staging"), apiKey);
    changeSettings(deployment.stackFile, {
      integrations: ["apache", "docker", "nginx", "postgres", "redisdb", "tcp_check"],
      // The third health check that finds a frozen generator ends it: time enough to ask before.
      "generator.healthCheck": { intervalSeconds: 30 },
    });
    const start = situations.map(
      (one) => `${startLine(one, services())}${one.then === undefined ? "" : ` && ${one.then}`}`,
    );
    await Promise.all([deployment.make("up"), host().run(start.join("\n"), { timeoutMs: 300_000 })]);
    prepared = await until("every situation to be told", (found) =>
      situations.flatMap(({ name, told }) => {
        const row = rowOf(found, name);
        const said = JSON.stringify({ watch: row?.watch, reason: row?.reason, error: row?.error, why: row?.why });
        const right = told === undefined ? row === undefined : row?.watch === told.watch && row.reason === told.reason;
        return right ? [] : [`${name}: ${said}`];
      }),
    );
  });

  test.each(situations.map((situation) => [situation.name, situation] as const))("%s", (name, { told }) => {
    const row = rowOf(prepared, name);
    if (told === undefined) expect(row).toBeUndefined();
    else expect(row).toMatchObject(told);
    if (told?.watch === "failing") expect(Date.parse(row?.since ?? "")).toBeGreaterThan(Date.now() - 600_000);
  });

  test("the unknown are counted, and what fails makes the exit code", () => {
    expect(prepared).toMatchObject({ unknown: 1, exitCode: 1, problems: [], drift: [] });
  });

  test("as text it fits 80 columns, and says each container once", async () => {
    const { stdout } = await status();
    const lines = stdout.split("\n");
    for (const line of lines.filter((one) => !/^ {8}(--|datadog-hosts:|\(umask )/.test(one)))
      expect(line.length, line).toBeLessThanOrEqual(80);
    for (const { name, told } of situations) {
      const rows = lines.filter((line) => new RegExp(`^\\S+ +\\S+ +${name} `).test(line));
      expect(rows, name).toHaveLength(told === undefined ? 0 : 1);
    }
    // eslint-disable-next-line no-control-regex -- no colour without a terminal
    expect(stdout).not.toMatch(/\u001b/);
  });

  test("again and again, until it is interrupted", async () => {
    const program = ["tools/start.cjs", "tools/status/main.ts", deployment.stack, "--json", "--watch"];
    const watching = spawn("node", program, { env: deployment.environment, stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => watching.once("close", resolve));
    let printed = "";
    watching.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await waitFor("a line of a round", () => Promise.resolve(printed.endsWith("\n")), patience);
    watching.kill("SIGINT");
    expect(await ended).toBe(1);
    const [line = ""] = printed.split("\n");
    expect(statusSchema.parse(JSON.parse(line))).toMatchObject({ stack: deployment.stack, exitCode: 1 });
  });

  test("a host that is unknown, and wrong use", async () => {
    expect((await status("--host", "spots-2")).status).toBe(3);
    expect((await status("--nonsense")).status).toBe(3);
  });

  test("a generator that does not follow, an agent that has not read the newest file, drift, and another version", async () => {
    const process = "$(docker inspect --format '{{.State.Pid}}' datadog-gen)";
    await host().run(
      `docker update --restart no dd-agent; kill -STOP ${process}; docker rm --force late; ${startLine(late, services())}`,
    );
    const enough = "/tmp/edited-enough";
    const restore = changeSettings(deployment.stackFile, { "agent.image": "registry.example/agent:7.99" });
    const id = (await host().run("docker inspect --format '{{.Id}}' watched")).stdout.trim();
    // The agent reads the file a few seconds after each edit, which may be before a report asks.
    const edit = `sed -i "s/project:shop[0-9]*/project:shop$edits/" ${configs}/redisdb.d/${id}.yaml`;
    const editing = `edits=0; until [ -e ${enough} ]; do edits=$((edits + 1)); ${edit}; sleep 0.5; done`;
    await host().run(`setsid sh -c '${editing}' >/dev/null 2>&1 </dev/null &`);
    const found = await until("all of it to be told", (now) => {
      const said = [rowOf(now, "late")?.reason, rowOf(now, "watched")?.reason];
      return said.join() === "generator-behind,not-read" ? [] : said;
    }).finally(() => host().run(`touch ${enough}`));
    expect(found.problems).toEqual([expect.stringContaining("late is not monitored")]);
    restore();
    const [version, edited, ...containers] = found.drift.map(({ text }) => text);
    expect(version).toBe(
      `the container dd-agent runs the image ${stage.toolchain.images.agent}, and the stack's settings name registry.example/agent:7.99`,
    );
    expect(edited).toMatch(/redisdb\.d\/.*\.yaml was edited$/);
    // Agent and generator are created at the same time, so their order differs.
    expect(containers.sort()).toEqual([
      "the container datadog-gen has a process that is stopped (by SIGSTOP)",
      "the container dd-agent has another restart policy (no)",
    ]);
    const [fix] = rowOf(found, "late")?.fixes ?? [];
    expect(fix).toEqual({ place: "host", line: "docker restart datadog-gen" });
    const drift = await status("--drift", "--json");
    expect(drift.status).toBe(1);
    expect(statusSchema.parse(JSON.parse(drift.stdout)).hosts[0]?.drift).toEqual(found.drift.slice(1));
    // The last test sees that the container is watched then.
    await host().run(fix?.line ?? "");
  });

  test("each line, pasted, fixes its situation", async () => {
    const broken = situations.filter(({ fixed = false }) => fixed);
    const mended = [...broken.map(({ name }) => name), late.name];
    expect(mended.length).toBeGreaterThanOrEqual(24);
    const settings: Record<string, unknown> = {};
    // An agent on the host's own network reaches all the others, so this comes last.
    const lastSettings: Record<string, unknown> = {};
    for (const situation of broken) {
      const fixes = rowOf(prepared, situation.name)?.fixes ?? [];
      expect(fixes, situation.name).not.toEqual([]);
      const at = (place: Fix["place"]): string[] =>
        fixes.filter((fix) => fix.place === place).map(({ line }) => filledIn(line, situation.words));
      for (const line of at("stack")) {
        for (const [key, value] of settingsIn(line)) (key === "agent.network" ? lastSettings : settings)[key] = value;
      }
      for (const line of at("host")) await host().run(line, { user: host().user, input: passwordInFile });
      const options = [...at("container"), ...at("server").map(configured)];
      if (options.length === 0) continue;
      await host().run(`docker rm --force ${situation.name}; ${startLine(situation, services(), options)}`);
    }
    const [log] = rowOf(prepared, "restarting")?.fixes ?? [];
    const { stdout, stderr } = await host().run(log?.line ?? "", { user: host().user });
    expect(stdout + stderr).toContain(lastWords);

    expect(Object.keys(settings).sort()).toEqual(["integrations", "networks", "passwordFiles"]);
    expect(lastSettings).toEqual({ "agent.network": "host" });
    const fixed = (left: readonly string[]) =>
      until("every situation to be fixed", ({ containers, instances, problems, drift, exitCode }) => [
        ...mended.filter(
          (name) =>
            !left.includes(name) && !containers.some((row) => row.container === name && row.watch === "watched"),
        ),
        ...containers.filter(({ container, reason }) => reason !== null && !left.includes(container)),
        ...instances.filter(({ error }) => error !== ""),
        ...[...problems, ...drift],
        // What is only recognised, or does not move, is well.
        ...(exitCode === 0 ? [] : [exitCode]),
      ]);
    changeSettings(deployment.stackFile, settings);
    await deployment.make("up");
    await fixed(["restarting", "on-the-host"]);
    changeSettings(deployment.stackFile, lastSettings);
    await deployment.make("up");
    await fixed(["restarting"]);
  });
});

/** The settings of a line for the stack's file; those of a mapping are added to the ones that are there. */
function settingsIn(line: string): [key: string, value: unknown][] {
  return Object.entries(parse(line) as Record<string, unknown>).flatMap(([name, value]) => {
    const key = name.replace("datadog-hosts:", "");
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMapping
      ? Object.entries(value).map(([part, one]): [string, unknown] => [`${key}.${part}`, one])
      : [[key, value]];
  });
}

function filledIn(line: string, words: Readonly<Record<string, string>> = {}): string {
  return Object.entries(words).reduce((text, [word, value]) => text.replace(new RegExp(`\\b${word}\\b`), value), line);
}
