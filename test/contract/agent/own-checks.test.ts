import { describe, it } from "vitest";

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
