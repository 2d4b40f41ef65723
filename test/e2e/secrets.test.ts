import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { run } from "../../tools/shared/run";
import { waitFor } from "../../tools/shared/wait";
import { make } from "./support/make";
import { sampleHost, sampleThisMachine } from "./support/process-samples";
import { contains } from "./support/secret-search";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("secrets", { "secrets-1": {} });

/** The key that takes the place of the first one. */
const nextApiKey = "8e7d6c5b4a392817f6e5d4c3b2a19075";

/** A further secret of the agent, in its environment; and what takes its place. */
const appKey = "5d1f0a9b8c7e6d5f4a3b2c1d0e9f8a7b6c5d4e3f";
const nextAppKey = "e7a6b5c4d3f2e1a0b9c8d7f6e5a4b3c2d1f0e9a8";

/** What is no secret and stands in every place that is searched: found there, it proves the search. */
const control = "c0ntr0l-7f3a91b2";

/** The same for what is escaped or encoded. */
const quotedControl = 'c0ntr0l-"quoted"-5d08';
const encodedControl = "c0ntr0l-encoded-93e1";

const places = [
  "state",
  "history of the state",
  "backups of the state",
  "stack file",
  "event log",
  "output of preview",
  "output of up",
  "output of up --diff",
  "stack outputs",
  "output of status",
  "inspection of dd-agent",
  "inspection of datadog-gen",
  "log of dd-agent",
  "log of datadog-gen",
  "processes of this machine",
  "processes of the host",
] as const;
type Place = (typeof places)[number];

/**
 * The SDK tells every resource's properties in debug messages, and the engine blots out of them the settings' secrets
 * alone: `make up` keeps its event log in a file without a name.
 */
const told: Partial<Record<Place, readonly string[]>> = { "event log": ["the private key"] };

/** The texts of all files below a folder whose path has a name in it. */
function filesAbout(folder: string, name: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ entry, path }) => entry.isFile() && path.includes(name))
    .map(({ path }) => readFileSync(path, "utf8"))
    .join("\n");
}

describe("no secret is in the clear", () => {
  const found = new Map<Place, string>();
  const secrets = new Map([
    ["the API key", apiKey],
    ["the next API key", nextApiKey],
    ["the application key", appKey],
    ["the next application key", nextAppKey],
  ]);
  const host = () => stage.host("secrets-1");

  beforeAll(async () => {
    const deployment = stage.deployment("staging");
    const { stack } = deployment;
    await deployment.configure({ ...stageSettings(stage, [host()], "staging"), networks: [] }, apiKey);
    changeSettings(deployment.stackFile, {
      "hosts.0.name": control,
      "agent.labels": {
        "example.quoted": quotedControl,
        "example.encoded": Buffer.from(`. ${encodedControl} .`).toString("base64"),
      },
    });
    const appKeySetting = ["--path", "--stack", stack, "datadog-hosts:agent.environment.DD_APP_KEY"];
    await deployment.pulumi(["config", "set", "--secret", ...appKeySetting], { input: appKey });
    secrets.set("the passphrase", readFileSync(deployment.passphraseFile, "utf8"));
    const privateKey = readFileSync(host().privateKeyFile, "utf8").split("\n");
    secrets.set("the private key", privateKey[2] ?? "");

    found.set("output of preview", (await make(deployment, ["preview", `STACK=${stack}`])).output);
    const samples = [sampleThisMachine(), sampleHost(host())];
    const shown = `sleep 1; : ${control}`;
    const [up] = await Promise.all([
      make(deployment, ["up", `STACK=${stack}`]),
      run("sh", ["-c", shown]),
      host().run(shown),
    ]);
    expect(up.status, up.output).toBe(0);
    found.set("output of up", up.output);
    const [here = "", there = ""] = await Promise.all(samples.map((each) => each.stop()));
    found.set("processes of this machine", here);
    found.set("processes of the host", there);

    await deployment.pulumi(["config", "set", "--secret", "--stack", stack, "apiKey"], { input: nextApiKey });
    await deployment.pulumi(["config", "set", "--secret", ...appKeySetting], { input: nextAppKey });
    const log = join(tmpdir(), `${stack}-events.json`);
    const again = ["up", "--yes", "--skip-preview", "--diff", "--event-log", log, "--stack", stack];
    const { stdout, stderr } = await deployment.pulumi(again, { env: { PULUMI_DEBUG_COMMANDS: "true" } });
    found.set("output of up --diff", stdout + stderr);
    found.set("event log", readFileSync(log, "utf8"));
    rmSync(log);

    const state = join(".state", ".pulumi");
    found.set("state", filesAbout(join(state, "stacks"), stack));
    found.set("history of the state", filesAbout(join(state, "history"), stack));
    found.set("backups of the state", filesAbout(join(state, "backups"), stack));
    found.set("stack file", readFileSync(deployment.stackFile, "utf8"));
    found.set("stack outputs", (await deployment.pulumi(["stack", "output", "--json", "--stack", stack])).stdout);
    found.set("output of status", (await make(deployment, ["status", `STACK=${stack}`])).output);
    for (const name of ["dd-agent", "datadog-gen"] as const) {
      found.set(`inspection of ${name}`, (await host().run(`docker inspect ${name}`)).stdout);
      await host().run(`echo ${control} >/proc/$(docker inspect --format '{{.State.Pid}}' ${name})/fd/1`);
      const { stdout: out, stderr: err } = await waitFor(`the control string in the log of ${name}`, async () => {
        const log = await host().run(`docker logs ${name}`);
        return log.stdout.includes(control) && log;
      });
      found.set(`log of ${name}`, out + err);
    }
  });

  test.each(places)("%s", (place) => {
    const text = found.get(place) ?? "";
    expect(contains(text, control), `the control string in:\n${text}`).toBe(true);
    const leaks = [...secrets].filter(([, secret]) => secret === "" || contains(text, secret)).map(([name]) => name);
    expect(leaks.filter((name) => told[place]?.includes(name) !== true)).toEqual([]);
  });

  test.each(["state", "inspection of dd-agent"] as const)(
    "in the %s the search finds what is escaped or encoded, too",
    (place) => {
      const text = found.get(place) ?? "";
      expect(text).not.toContain(quotedControl);
      expect(contains(text, quotedControl)).toBe(true);
      expect(text).not.toContain(encodedControl);
      expect(contains(text, encodedControl)).toBe(true);
    },
  );

  test.each([
    ["the API key", "api_key", apiKey, nextApiKey],
    ["a variable of the agent", "DD_APP_KEY", appKey, nextAppKey],
  ])("on the host, %s is in one file that its owner alone can read, and an earlier one is gone", async (...row) => {
    const [, name, before, now] = row;
    const holding = async (secret: string): Promise<string[]> => {
      const folders = "/home /root /tmp /run /etc /var/log /var/lib/docker/containers";
      // By standard input: in an argument the search would find itself.
      const command = `grep --recursive --files-with-matches --fixed-strings --no-messages --file - ${folders} || true`;
      return (await host().run(command, { input: secret })).stdout.split("\n").filter((line) => line !== "");
    };
    const files = await holding(now);
    expect(files).toEqual([
      expect.stringMatching(new RegExp(`^/home/core/datadog/secrets/dd-agent/[0-9a-f]{8}/${name}$`)),
    ]);
    expect((await host().run(`stat --format '%a %U' ${String(files[0])}`)).stdout).toBe("400 core\n");
    expect(await holding(before)).toEqual([]);
  });
});
