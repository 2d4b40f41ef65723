import { expect, test } from "vitest";

import { nodeTarget } from "../../../tools/check/target";
import { ProcessError } from "../../../tools/shared/run";
import { UserError } from "../../../tools/shared/errors";
import { UsageError } from "../../../tools/shared/usage";
import type { askNodes, NodeAnswer } from "../../../tools/swarm/nodes";

const swarm = { managers: [], services: ["dd-agent", "datadog-gen"], integrations: ["redisdb"] };

/** A node of which the job tells this. */
const nodeWith = (answer: (mark: string, script: string) => NodeAnswer): ReturnType<typeof nodeTarget> => {
  const asking: typeof askNodes = (_, { script }) => {
    const mark = /^mark=(.*)$/m.exec(script)?.[1] ?? "";
    return Promise.resolve({ names: ["web-1"], answers: [answer(mark, script)] });
  };
  return nodeTarget(swarm, "s", "web-1", asking);
};

test("a node is asked for its own containers by their service", async () => {
  const node = nodeWith((mark, script) => {
    expect(script).toContain("agent=$(docker ps --quiet --filter 'label=com.docker.swarm.service.name=dd-agent'");
    expect(script).toContain(`docker exec "$agent" agent status`);
    return { name: "web-1", output: `${mark} answer containers\ntext\n${mark} end containers\n0\n` };
  });
  expect(node.own.agent).toBe('"$agent"');
  const { isNode, integrations, answers } = await node.read();
  expect({ isNode, integrations, text: answers.get("containers")?.text }).toEqual({
    isNode: true,
    integrations: ["redisdb"],
    text: "text",
  });
});

test("a node that can't be asked, or is none of the Swarm's, is told by its name", async () => {
  const down = nodeWith(() => ({ name: "web-1", problem: "the node is down." }));
  await expect(down.read()).rejects.toEqual(new UserError("Node web-1: the node is down."));
  const asking: typeof askNodes = () => Promise.resolve({ names: ["web-1"], answers: [] });
  await expect(nodeTarget(swarm, "s", "web-2", asking).read()).rejects.toThrow(UsageError);
  const silent = nodeTarget(swarm, "s", "web-1", () =>
    Promise.reject(new ProcessError("The Swarm: not done after 9 s.")),
  );
  await expect(silent.ask([])).rejects.toThrow("The Swarm: no manager has answered within 9 s.");
});
