import { describe, expect, test } from "vitest";
import { failureOf, outcomeOf } from "./support/outcome";
import type { Properties, Resource } from "./support/plugin";
import { Project, changes } from "./support/project";
import { IMAGE } from "./support/docker-host";
import { CONFIG, NETWORK, SECRET, VOLUME, base64 } from "./support/swarm";
import { usePlugin, useSwarm } from "./support/use";

const host = useSwarm("docker-swarm");
const plugin = usePlugin("docker", () => host.get().settings());

const labels = [{ label: "a", value: "b" }];
const nothing = { does: "nothing", paths: {} };

/** What each part is made with, and what of it replaces it when it changes. */
const parts: readonly (readonly [what: string, type: string, inputs: Properties, edits: readonly Properties[]])[] = [
  ["config", CONFIG, { name: "a-config", data: base64("text"), labels }, [{ data: base64("other") }, { name: "b" }]],
  ["secret", SECRET, { name: "a-secret", data: base64("key"), labels }, [{ data: base64("other") }, { name: "b" }]],
  [
    "network",
    NETWORK,
    { name: "an-overlay", driver: "overlay", attachable: true, labels },
    [{ attachable: false }, { internal: true }, { options: { encrypted: "" } }, { name: "b" }],
  ],
  ["volume", VOLUME, { name: "a-volume", labels }, [{ driverOpts: { type: "tmpfs" } }, { name: "b" }]],
];

describe.each(parts)("a %s", (what, type, inputs, edits) => {
  test("is clean, made and read; every edit replaces it, the old one deleted first; deleted it is gone", async () => {
    const created = await plugin.get().create(type, inputs);
    const change = async (old: Resource, more: Properties = {}) => plugin.get().diff(type, old, { ...inputs, ...more });
    expect(outcomeOf(await change(created))).toEqual(nothing);
    const read = await plugin.get().read(type, created);
    if (read === undefined) throw new Error("it is gone");
    expect(outcomeOf(await change(read))).toEqual(nothing);
    expect(read.inputs).toEqual(created.inputs);
    for (const edit of [...edits, { labels: [{ label: "a", value: "c" }] }]) {
      const differences = await change(read, edit);
      expect({ ...outcomeOf(differences), paths: {} }).toEqual({ does: "replacement", paths: {} });
      expect(differences.deleteBeforeReplace).toBe(true);
    }
    await plugin.get().delete(type, created);
    expect(await plugin.get().read(type, created)).toBeUndefined();
    expect(await host.get().docker(`${what} ls --quiet --filter label=a=b`)).toBe("");
  });
});

describe("what is refused", () => {
  test.each<[string, string, Properties, string]>([
    ["a config without data", CONFIG, {}, "one of `data,data_raw` must be specified"],
    ["a config with data twice", CONFIG, { data: base64("a"), dataRaw: "b" }, "only one of `data,data_raw` can be"],
    ["a config whose data is no base64", CONFIG, { data: "&&" }, "'&&' is not base64 decodeable"],
    ["a secret whose data is no base64", SECRET, { data: "&&" }, "'&&' is not base64 decodeable"],
  ])("%s", async (_what, type, inputs, reason) => {
    const { failures } = await plugin.get().check(type, { name: "refused", ...inputs });
    expect(failures.map((failure) => failure.reason).join("\n")).toContain(reason);
  });

  test("a name that is taken, and the second deletion of a config or a secret, but not of a network or a volume", async () => {
    const make = (type: string, more: Properties) => plugin.get().create(type, { name: "twice", ...more });
    const again = async (type: string, made: Resource): Promise<void> => {
      await plugin.get().delete(type, made);
      await plugin.get().delete(type, made);
    };
    for (const [type, kind] of [
      [CONFIG, "config"],
      [SECRET, "secret"],
    ] as const) {
      const made = await make(type, { data: base64("x") });
      expect((await failureOf(make(type, { data: base64("x") }))).message).toContain(`${kind} twice already exists`);
      expect((await failureOf(again(type, made))).message).toContain(`Error response from daemon: ${kind} ${made.id}`);
    }
    await again(NETWORK, await make(NETWORK, { driver: "overlay" }));
    await again(VOLUME, await make(VOLUME, {}));
  });

  test("the deletion of what a service uses", async () => {
    const [config, secret, network] = [
      await plugin.get().create(CONFIG, { name: "used-config", dataRaw: "text" }),
      await plugin.get().create(SECRET, { name: "used-secret", data: base64("x") }),
      await plugin.get().create(NETWORK, { name: "used-network", driver: "overlay" }),
    ];
    const uses = "--config used-config --secret used-secret --network used-network";
    await host.get().docker(`service create --detach --quiet --name user --mode global ${uses} ${IMAGE}`);
    const refusal = async (type: string, used: Resource): Promise<string> =>
      (await failureOf(plugin.get().delete(type, used))).message;
    expect(await refusal(CONFIG, config)).toContain("config 'used-config' is in use by the following service: user");
    expect(await refusal(SECRET, secret)).toContain("secret 'used-secret' is in use by the following service: user");
    expect(await refusal(NETWORK, network)).toContain("is in use by service");
  });
});

describe("in a program", () => {
  const program = `
    const provider = new docker.Provider("swarm", { host: settings.host, sshOpts: settings.sshOpts });
    const options = { provider, deleteBeforeReplace: false };
    const data = Buffer.from(settings.text).toString("base64");
    const config = new docker.ServiceConfig("config", { name: "c-" + settings.text, data }, options);
    const secret = new docker.Secret("key", { name: "s-" + settings.text, data }, options);
    const configs = [{ configId: config.id, configName: config.name, fileName: "/etc/c" }];
    const secrets = [{ secretId: secret.id, secretName: secret.name, fileName: "/run/secrets/key" }];
    const containerSpec = { image: ${JSON.stringify(IMAGE)}, configs, secrets };
    const inputs = { name: "program", mode: { global: true }, taskSpec: { containerSpec } };
    new docker.Service("service", inputs, { provider });
  `;

  test("a config and a secret give way to new ones once the service uses these; the state hides the secret", async () => {
    const settings = { host: host.get().url, sshOpts: host.get().sshOpts };
    const project = await Project.create(program);
    project.configure({ ...settings, text: "first-words" });
    const made = await project.up();
    expect(made.status, made.text).toBe(0);

    project.configure({ ...settings, text: "second-words" });
    const replaced = await project.up();
    expect(replaced.status, replaced.text).toBe(0);
    const steps = changes(replaced);
    const at = (step: string): number => steps.indexOf(step);
    for (const part of ["config", "key"]) {
      expect(at(`create-replacement ${part}`), steps.join(", ")).toBeLessThan(at("update service"));
      expect(at(`delete-replaced ${part}`), steps.join(", ")).toBeGreaterThan(at("update service"));
    }
    expect(await host.get().docker("config ls --format '{{.Name}}' --filter name=c-")).toBe("c-second-words");

    const hidden = base64("second-words");
    const key = JSON.stringify(await project.stored("key"));
    expect(key).not.toContain(hidden);
    expect(key).toContain("s-second-words");
    expect((await project.refresh()).status).toBe(0);
    const after = await project.preview("--diff", "--expect-no-changes");
    expect(after.status, after.text).toBe(0);
    expect((await project.destroy()).status).toBe(0);
    expect(await host.get().docker("secret ls --format '{{.Name}}' --filter name=s-")).toBe("");
  });
});
