import { expect, test } from "vitest";

import { recordInstances } from "../../../tools/rollout/losses";
import { proveHost } from "../../../tools/rollout/prove";
import type { HostView } from "../../../tools/rollout/view";
import { hostView, instances, ownContainers, rows } from "./view";

/** The result of a proof with a limit of 60 s, and how many seconds it took. */
async function prove(view: (second: number) => HostView): Promise<{ problem: string | undefined; took: number }> {
  let time = 0;
  const problem = await proveHost({
    recorded: recordInstances(hostView()),
    accepted: [],
    seconds: 60,
    settleSeconds: 7,
    view: () => Promise.resolve().then(() => view(time / 1000)),
    now: () => time,
    pause: (ms) => {
      time += ms;
      return Promise.resolve();
    },
  });
  return { problem, took: time / 1000 };
}

const [redis] = instances;
const starting = ownContainers.map((container) =>
  container.name === "datadog-gen" ? { ...container, health: "starting" } : container,
);

test("a host that collects steadily passes, once its agent must have read the new configs", async () => {
  expect(await prove(() => hostView())).toEqual({ problem: undefined, took: 7 });
});

test("instances from before the generator was healthy don't count", async () => {
  const view = (second: number): HostView =>
    second < 5 ? hostView({ containers: starting }) : hostView({ generated: [redis] });
  expect(await prove(view)).toEqual({
    problem: "nginx http://172.18.0.3:80/ (web) has no instance any more",
    took: 13,
  });
});

test("an instance that is missing for a moment while networks are joined is waited for", async () => {
  expect(await prove((second) => hostView(second < 7 ? { generated: [redis] } : {}))).toMatchObject({
    problem: undefined,
  });
});

test("a host that can't be reached for a while may pass", async () => {
  const view = (second: number): HostView => {
    if (second < 20) throw new Error("ssh: connection refused");
    return hostView();
  };
  expect(await prove(view)).toEqual({ problem: undefined, took: 27 });
});

test("a check that keeps failing is reported when the time is up", async () => {
  const agent = [rows[0], { ...rows[1], error: "connection refused" }];
  expect(await prove(() => hostView({ agent }))).toEqual({
    problem: "nginx http://172.18.0.3:80/ (web) fails: connection refused, after 60 s",
    took: 60,
  });
});

test("a container that ends is reported at once", async () => {
  const containers = ownContainers.map((container) => ({ ...container, state: "restarting" }));
  expect(await prove(() => hostView({ containers }))).toMatchObject({
    problem: expect.stringContaining("the new dd-agent ends again and again") as string,
    took: 0,
  });
});

test("a host that collects only for moments does not pass", async () => {
  const agent = [rows[0], { ...rows[1], samples: 0 }];
  const { problem } = await prove((second) => hostView(second % 3 === 0 && second < 60 ? { agent } : {}));
  expect(problem).toContain("did not collect steadily within 60 s");
});
