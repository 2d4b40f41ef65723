import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IMAGE } from "./support/docker-host";
import { Project } from "./support/project";
import { useHost } from "./support/use";

/** Both plugins connect to the host at each round. */
const PROGRAM = `
  const provider = new docker.Provider("provider", settings.provider);
  new docker.Container("container", { name: "it", image: settings.image, envs: [settings.round] }, { provider });
  new command.remote.Command("command", { connection: settings.connection, create: "true", triggers: [settings.round] });`;

const host = useHost("ends");

function connection(): Record<string, string> {
  const { machine } = host.get();
  const privateKey = readFileSync(machine.privateKeyFile, "utf8");
  return { host: machine.address, user: machine.user, privateKey, hostKey: machine.hostKey };
}

describe("updates in a row", () => {
  test("end once everything is done, without a message about a plugin's end", async () => {
    const project = await Project.create(PROGRAM);
    // How a plugin finds its connection when it is interrupted is a matter of chance.
    for (let round = 1; round <= 10; round++) {
      const provider = { host: host.get().url, sshOpts: host.get().sshOpts };
      project.configure({ provider, image: IMAGE, round: `ROUND=${round}`, connection: connection() });
      const run = await project.up();
      expect(run.status, run.text).toBe(0);
      expect(run.text).not.toMatch(/error|exited prematurely/);
      // The engine waits 5 s for a plugin that doesn't end.
      expect(run.endMs, run.text).toBeLessThan(3000);
    }
  });
});
