import { describe, it } from "vitest";

import { run } from "../../../tools/shared/run";
import { hasPython, installPackages } from "../../python/packages";
import { exampleFiles, queueServer } from "../../templates/own-files";
import { useLab, type Lab } from "./lab";

const python = { "queue_length.py": exampleFiles()["queue_length.py"] ?? "" };

async function mountsFor(lab: Lab, configs: string, file: string): Promise<Record<string, string>> {
  const { address } = await lab.service("queue", queueServer);
  const config = `init_config:\ninstances:\n  - {host: ${address}, port: 7711, queue: mail, tags: ["a:1"]}\n`;
  return { "/checks.d": lab.folder(python).path, [configs]: lab.folder({ [file]: config }).path };
}

describe("agent 7 and a check of one's own in Python", () => {
  const lab = useLab("7");

  it("loads it from /checks.d with a config, and without it says that there is no such check", async ({ expect }) => {
    const mounts = await mountsFor(lab(), "/etc/datadog-agent/conf.d/queue_length.d", "queue_length.yaml");
    const agent = await lab().agent({ mounts });
    const [stats] = await agent.hasRun("queue_length", 1);
    // A stand-in says itself that it runs no Python.
    if (!stats?.LastError.includes("this stand-in has no Python"))
      expect(stats).toMatchObject({ LastError: "", MetricSamples: 1 });
    expect((await agent.status()).checkSchedulerStats.LoaderErrors).not.toHaveProperty("queue_length");
    const without = await lab().agent({ mounts: { ...mounts, "/checks.d": lab().folder().path } });
    await without.logged(/Unable to load a check from instance of config 'queue_length'/);
    expect((await without.status()).checkSchedulerStats.LoaderErrors).toHaveProperty("queue_length");
  });
});

describe("agent 5 and a check of one's own in Python", () => {
  const lab = useLab("5");

  it("loads it from /checks.d with a config", async () => {
    const agent = await lab().agent({ mounts: await mountsFor(lab(), "/etc/dd-agent/conf.d", "queue_length.yaml") });
    await agent.infoHas(/queue_length \(.*\n.*\n *- instance #0 \[(OK\]|ERROR\]: .*this stand-in has no Python)/);
  });
});

/** The agent's library for checks in Python, as Datadog publishes it, and what it needs for this. */
const checksBase = ["datadog-checks-base==38.7.0", "lazy-loader==0.5"];

/** Runs a check's only instance as the agent does, and prints its error and what it has sent. */
const runCheck = `
import json, sys
from queue_length import QueueLength
from datadog_checks.base.stubs import aggregator

check = QueueLength("queue_length", {}, [json.loads(sys.argv[1])])
error = check.run()
sent = [[each.name, each.value, sorted(each.tags)] for each in aggregator.metrics("queue.length")]
print(json.dumps({"error": error, "sent": sent}))
`;

describe("Datadog's library and a check of one's own in Python", () => {
  const lab = useLab("7");

  it.skipIf(!hasPython())("runs it against a server: the metric has the instance's tags", async ({ expect }) => {
    const { address } = await lab().service("queue", queueServer);
    const instance = { host: address, port: 7711, queue: "mail", tags: ["project:shop"] };
    const libraries = [await installPackages(checksBase, ["--no-deps"]), lab().folder(python).path];
    const attempt = async (text: object): Promise<unknown> => {
      const { stdout } = await run("python3", ["-c", runCheck, JSON.stringify(text)], {
        env: { ...process.env, PYTHONPATH: libraries.join(":") },
      });
      return JSON.parse(stdout) as unknown;
    };
    await expect
      .poll(() => attempt(instance), { timeout: 20_000 })
      .toEqual({ error: "", sent: [["queue.length", 3, ["project:shop", "queue:mail"]]] });
    expect(await attempt({ ...instance, port: 7712 })).toMatchObject({
      error: expect.stringContaining("Connection refused") as unknown,
      sent: [],
    });
  });
});
