import { describe, it } from "vitest";
import type { Agent } from "./agent";
import { type Service, useLab } from "./lab";

const lab = useLab("7");

/** An agent that sends the host's processes, as far as the settings let it. */
async function agentWith(env: Record<string, string>): Promise<Agent> {
  return lab().agent({ engine: true, env: { DD_PROCESS_CONFIG_PROCESS_DD_URL: lab().record.address, ...env } });
}

/** A container whose program has arguments. */
async function sleeper(name: string): Promise<Service> {
  return lab().service(name, ["perl", "-e", "sleep 600", "--", `argument-of-${name}`], { env: { PROJECT: name } });
}

const processesOn = { DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED: "true" };

describe.concurrent("agent 7 and the host's processes", () => {
  it("sends processes with their containers, and of the command lines only the programs if that is set", async ({
    expect,
  }) => {
    const { id } = await sleeper("stripped");
    const agent = await agentWith({ ...processesOn, DD_STRIP_PROCESS_ARGS: "true" });
    const found = await lab().record.untilLive(agent.hostname, "the process", (processes) =>
      processes.find(({ container }) => container === id),
    );
    expect(found).toMatchObject({ name: "perl", arguments: ["perl"] });
    const all = await lab().record.untilLive(agent.hostname, "the processes", (processes) => processes);
    expect(all.filter(({ arguments: words }) => words.length > 1)).toEqual([]);
  });

  it("sends arguments where they are not stripped", async ({ expect }) => {
    const { id } = await sleeper("whole");
    const agent = await agentWith({ ...processesOn, DD_STRIP_PROCESS_ARGS: "false" });
    const found = await lab().record.untilLive(agent.hostname, "the process", (processes) =>
      processes.find(({ container }) => container === id),
    );
    expect(found.arguments).toContain("argument-of-whole");
  });

  it("sends running containers with their tags, and no processes, unless it is told otherwise", async ({ expect }) => {
    const { id, name } = await sleeper("listed");
    const env = { DD_CONTAINER_ENV_AS_TAGS: '{"PROJECT":"project"}' };
    const agent = await agentWith(env);
    const found = await lab().record.untilLive(agent.hostname, "the container", (_, containers) =>
      containers.find((container) => container.id === id),
    );
    expect(found.tags).toEqual(expect.arrayContaining(["project:listed", `container_name:${name}`]));
    expect(await lab().record.untilLive(agent.hostname, "its processes", (processes) => processes)).toEqual([]);
  });

  it("sends no containers if they are off", async ({ expect }) => {
    const off = { DD_PROCESS_CONFIG_CONTAINER_COLLECTION_ENABLED: "false" };
    const agent = await agentWith({ ...processesOn, ...off });
    // Both would have come with the same first look.
    await lab().record.untilLive(agent.hostname, "its processes", (processes) => processes.length > 0);
    expect(await lab().record.untilLive(agent.hostname, "containers", (_, containers) => containers)).toEqual([]);
  });
});
