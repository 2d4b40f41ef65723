import { readFile, writeFile } from "node:fs/promises";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createTestHost, type TestHost } from "../../sandbox/host";
import { changeSettings } from "./support/stack-settings";
import { exportState, unfinished } from "./support/state";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("moved-host", { "old-1": {}, "new-1": {} });

describe("a host whose machine, address, host key or name changes", () => {
  let deployment: ReturnType<typeof stage.deployment>;
  let empty = "";
  let settings = "";

  const stack = (): string[] => ["--stack", deployment.stack];
  const settle = async (): Promise<void> => {
    await deployment.make("up");
    expect(unfinished(await exportState(deployment))).toEqual([]);
    // What the state tells of is what is there.
    await deployment.pulumi(["refresh", "--preview-only", "--run-program", "--expect-no-changes", ...stack()]);
  };
  const expectNothingToDo = async (): Promise<void> => {
    await deployment.pulumi(["preview", "--expect-no-changes", ...stack()]);
  };
  const containers = async (host: TestHost): Promise<string> =>
    (await host.run(`docker ps --all --format '{{.Names}} {{.State}} {{.Label "datadog-hosts.host"}}' | sort`)).stdout;
  const both = (name: string): string => `datadog-gen running ${name}\ndd-agent running ${name}\n`;
  const ids = async (host: TestHost): Promise<string> =>
    (await host.run("docker inspect --format '{{.Id}}' dd-agent datadog-gen")).stdout;
  const machine = (host: Pick<TestHost, "address" | "hostKey">) => ({
    "hosts.0.address": host.address,
    "hosts.0.hostKey": host.hostKey,
  });
  const furnish = async (host: TestHost): Promise<void> => {
    await host.run("docker network create backend");
    for (const image of [stage.toolchain.images.agent, stage.toolchain.images.generator]) await host.loadImage(image);
  };

  beforeAll(async () => {
    for (const host of Object.values(stage.hosts)) await furnish(host);
    deployment = stage.deployment("staging");
    await deployment.forget();
    // One key opens both machines, as one key opens a fleet.
    const [old, other] = [stage.host("old-1"), stage.host("new-1")];
    const key = await readFile(`${old.privateKeyFile}.pub`, "utf8");
    await other.run("cat >>/home/core/.ssh/authorized_keys", { input: key });
    await deployment.configure(stageSettings(stage, [old], "staging"), apiKey);
    changeSettings(deployment.stackFile, { "hosts.0.name": "web-1" });
    settings = await readFile(deployment.stackFile, "utf8");
    empty = (await deployment.pulumi(["stack", "export", ...stack()])).stdout;
  });

  beforeEach(async () => {
    for (const host of Object.values(stage.hosts)) {
      await host.run("docker ps --all --quiet | xargs -r docker rm --force; rm -rf /home/*/datadog");
    }
    await writeFile(deployment.stackFile, settings);
    await deployment.pulumi(["stack", "import", ...stack()], { input: empty });
  });

  /** Host web-1 is under watch on the old machine. */
  const begin = async (): Promise<void> => {
    await deployment.make("up");
  };

  test("all of it ends on the new machine, though the old one does not answer any more", async () => {
    await begin();
    await stage.host("old-1").disconnect();
    try {
      changeSettings(deployment.stackFile, machine(stage.host("new-1")));
      await settle();
      await expectNothingToDo();
      expect(await containers(stage.host("new-1"))).toBe(both("web-1"));
    } finally {
      await stage.host("old-1").connect();
    }
  });

  test("a machine at a new address has its containers there, once", async () => {
    await begin();
    const host = stage.host("old-1");
    const address = host.address.replace(/\d+$/, "250");
    const device = `$(ip -oneline address show to ${host.address} | awk '{ print $2 }')`;
    await host.run(`ip address add ${address}/24 dev ${device}`);
    try {
      changeSettings(deployment.stackFile, machine({ address, hostKey: host.hostKey }));
      await settle();
      expect(await containers(host)).toBe(both("web-1"));
    } finally {
      await host.run(`ip address del ${address}/24 dev ${device}`);
    }
  });

  test("another machine that shows the same host key is not believed to have the containers", async () => {
    await begin();
    const [old, copy] = [stage.host("old-1"), stage.host("new-1")];
    const own = copy.hostKey;
    const files = ["/etc/ssh/ssh_host_ed25519_key"];
    const key = (await old.run(`cat ${files.join(" ")}`)).stdout;
    const before = (await copy.run(`cat ${files.join(" ")}`)).stdout;
    const show = async (content: string): Promise<void> => {
      await copy.run(`cat >${files.join(" ")} && kill -HUP $(cat /run/sshd.pid)`, { input: content });
    };
    await show(key);
    try {
      changeSettings(deployment.stackFile, machine({ address: copy.address, hostKey: old.hostKey }));
      await settle();
      expect(await containers(copy)).toBe(both("web-1"));
    } finally {
      await show(before);
      expect(copy.hostKey).toBe(own);
    }
  });

  test("a reinstalled machine is refused until its new key is in the stack's file, and then gets everything", async () => {
    const old = await createTestHost({ name: "doomed-1", owner: "moved-host" });
    await furnish(old);
    changeSettings(deployment.stackFile, {
      ...machine(old),
      privateKeyFile: old.privateKeyFile,
      "hosts.0.name": "web-2",
    });
    await deployment.make("up");
    const address = Number(old.address.split(".").pop());
    await old.destroy();
    const anew = await createTestHost({ name: "doomed-1", owner: "moved-host", address });
    try {
      await furnish(anew);
      changeSettings(deployment.stackFile, { tags: ["rebuilt:yes"] });
      const refused = await deployment.make("up", { check: false });
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain("Host web-2: the host's key differs from the one in the stack file");
      changeSettings(deployment.stackFile, machine(anew));
      await settle();
      expect(await containers(anew)).toBe(both("web-2"));
    } finally {
      await anew.destroy();
    }
  });

  test("another user gets its own folders; those of the former one are removed, and what can't be removed is reported", async () => {
    await begin();
    const host = stage.host("old-1");
    await host.run(
      "id other >/dev/null 2>&1 || useradd --create-home --password '*' --groups docker --shell /bin/sh other; cp -r /home/core/.ssh /home/other/ && chown -R other: /home/other/.ssh; sed -i 's/^AllowUsers core$/AllowUsers core other/' /etc/ssh/sshd_config; kill -HUP $(cat /run/sshd.pid)",
    );
    const key = (await host.run("ls /home/core/datadog/secrets/dd-agent/*/api_key")).stdout.trim();
    await host.run(`chattr +i ${key}`);
    changeSettings(deployment.stackFile, { "hosts.0.user": "other" });
    try {
      const { status, stdout, stderr } = await deployment.make("up", { check: false });
      expect(status, stdout).not.toBe(0);
      expect(stderr).toMatch(
        /^Host web-1 \(\S+\): \/home\/core\/datadog\/secrets\/dd-agent can't be removed .*as root/m,
      );
    } finally {
      await host.run(`chattr -i ${key}`);
    }
    await settle();
    expect(await containers(host)).toBe(both("web-1"));
    expect((await host.run("ls -A /home/core/datadog 2>&1 || true; ls /home/other/datadog")).stdout).toBe(
      "ls: cannot access '/home/core/datadog': No such file or directory\nconfig\ngenerated\nsecrets\ntemplates\n",
    );
  });

  test("a renamed host keeps its place: its containers follow the name, with no second ones; without its former name it is refused", async () => {
    await begin();
    const host = stage.host("old-1");
    const before = await ids(host);
    changeSettings(deployment.stackFile, { "hosts.0.name": "shop-web-1", "hosts.0.formerNames": ["web-1"] });
    const preview = await deployment.make("preview");
    expect(preview.stdout).not.toMatch(/^ *[-+] .*MonitoredHost/m);
    await settle();
    expect(await containers(host)).toBe(both("shop-web-1"));
    // Its name is in each series, so they are new containers in the old ones' place.
    const renamed = await ids(host);
    expect(renamed).not.toBe(before);

    // Once it is done, the former name may go.
    changeSettings(deployment.stackFile, { "hosts.0.formerNames": undefined });
    await settle();
    await expectNothingToDo();
    expect(await ids(host)).toBe(renamed);

    changeSettings(deployment.stackFile, { "hosts.0.name": "store-1" });
    const { status, stderr } = await deployment.make("up", { check: false });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(
      /^Host store-1 .*belongs to host shop-web-1 of this stack.*add formerNames: \[shop-web-1\]/m,
    );
    expect(await ids(host)).toBe(renamed);
  });
});
