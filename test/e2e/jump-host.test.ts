import { readFileSync } from "node:fs";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import type { SandboxDeployment } from "../../tools/sandbox/deployment";
import { containerIds, leftovers, makeUp, writeFleet } from "./support/fleet";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("jump", { bastion: {}, inner: {} });

/** A well-formed key that neither machine has. */
const wrongKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTn0hU+l+WZ2wIlZVyQyc0YH8tGqPHLNNKaM85JiK5O";

describe("a host behind a jump host", () => {
  let deployment: SandboxDeployment;
  const bastion = () => stage.host("bastion");
  const inner = () => stage.host("inner");

  /** The stack file, with the right keys but for those that are given. */
  const configure = (keys: { readonly inner?: string; readonly bastion?: string } = {}): void => {
    const jump = { address: bastion().address, hostKey: keys.bastion ?? bastion().hostKey };
    writeFleet(deployment, [
      { name: "inner", machine: inner(), settings: { jump, ...(keys.inner && { hostKey: keys.inner }) } },
    ]);
  };

  beforeAll(async () => {
    deployment = stage.deployment("staging");
    await deployment.configure({ ...stageSettings(stage, [inner()], "staging"), networks: [] }, apiKey);
    // The jump host takes the same user with the same key, and nobody else reaches the host behind it.
    const key = readFileSync(`${inner().privateKeyFile}.pub`, "utf8");
    await bastion().run("cat >>/home/core/.ssh/authorized_keys", { input: key });
    await inner().run(
      `iptables -I INPUT -p tcp --dport 22 ! -s ${bastion().address} -j REJECT --reject-with tcp-reset`,
    );
  });

  afterEach(async () => {
    configure();
    await deployment.make("destroy");
  });

  test("up and status go through it with both ssh clients", async () => {
    configure();
    const up = await makeUp(deployment);
    expect(up.status, up.stdout).toBe(0);
    expect(Object.keys(await containerIds(inner())).sort()).toEqual(["datadog-gen", "dd-agent"]);
    const logins = async (): Promise<string[]> =>
      [...(await inner().sshdLog()).matchAll(/Accepted publickey for core from (\S+)/g)].map(([, from = ""]) => from);
    const before = await logins();
    expect(new Set(before)).toEqual(new Set([bastion().address]));
    // The command provider's client and the system's, which the docker provider uses.
    const clients = await bastion().sshdLog();
    expect(clients.match(/Accepted publickey for core/g)?.length).toBeGreaterThanOrEqual(2);

    const status = await deployment.make("status");
    expect(status.stdout).toContain("inner");
    expect((await logins()).length).toBe(before.length + 1);
    expect(new Set(await logins())).toEqual(new Set([bastion().address]));

    // What does not run is told, in a form for scripts too; make knows no other exit code than its own.
    await inner().run("docker stop --time 1 dd-agent && docker pause datadog-gen");
    const wrong = await deployment.make("status", { check: false, env: { JSON: "yes", HOST: "inner" } });
    await inner().run("docker unpause datadog-gen");
    expect(wrong.status).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      stack: deployment.stack,
      exitCode: 1,
      hosts: [{ host: "inner", reached: true, instances: [] }],
    });
    expect(wrong.stdout).toMatch(/dd-agent has stopped \(exit code \d+\)/);
    expect(wrong.stdout).toContain("datadog-gen is paused");
    const nobody = await deployment.make("status", { check: false, env: { HOST: "outer" } });
    expect(nobody.stderr).toContain("had no host outer at its last up; its hosts were: inner.");
  });

  test.each([
    { hop: "the jump host", keys: { bastion: wrongKey }, said: "the jump host's key differs from" },
    { hop: "the host behind it", keys: { inner: wrongKey }, said: "the host's key differs from" },
  ])("a wrong key of $hop is refused, and nothing is created", async ({ keys, said }) => {
    configure(keys);
    const logins = (await inner().sshdLog()).match(/Accepted publickey/g)?.length ?? 0;
    const up = await makeUp(deployment);
    expect(up.status).not.toBe(0);
    expect(up.stderr).toContain(`\nHost inner: ${said} the one in the stack file`);
    expect((await inner().sshdLog()).match(/Accepted publickey/g)?.length ?? 0).toBe(logins);
    expect(await leftovers(inner())).toBe("");
  });

  test("a user's key that the jump host does not accept is reported as such", async () => {
    const authorized = (await bastion().run("cat /home/core/.ssh/authorized_keys")).stdout;
    await bastion().run("truncate --size 0 /home/core/.ssh/authorized_keys");
    try {
      configure();
      const up = await makeUp(deployment);
      expect(up.status).not.toBe(0);
      expect(up.stderr).toContain("\nHost inner: the jump host accepts none of your keys for this user");
      expect(await leftovers(inner())).toBe("");
    } finally {
      await bastion().run("cat >/home/core/.ssh/authorized_keys", { input: authorized });
    }
  });
});
