import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { HangingHosts } from "../../../tools/deploy/hanging-hosts";
import { runningSteps, type RunningStep } from "../../../tools/deploy/running-steps";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const step = (resource: string, since: number): RunningStep => ({
  host: resource.replace(/-[a-z]+$/, ""),
  urn: `urn:pulumi:shop::datadog-hosts::datadog-hosts:index:MonitoredHost$command:remote:Command::${resource}`,
  resource,
  since: since * 1000,
});

/** Looks each second for so many seconds; what the last look has found. */
async function watch(
  seconds: number,
  steps: readonly RunningStep[],
  ask: (host: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const hosts = new HangingHosts({ ask });
  let found = new Map<string, string>();
  for (let second = 0; second <= seconds; second++) {
    found = hosts.look(steps);
    await vi.advanceTimersByTimeAsync(1000);
  }
  return found;
}

describe("a host", () => {
  const silent = () => Promise.resolve("its sshd says nothing");
  const well = () => Promise.resolve(undefined);

  test("that does not answer while a step runs is found within a minute, and the step is named", async () => {
    const found = await watch(60, [step("web-1-files", 0), step("web-2-files", 0)], (host) =>
      host === "web-1" ? silent() : well(),
    );
    expect([...found.keys()]).toEqual(["web-1"]);
    expect(found.get("web-1")).toMatch(
      /^the host no longer answers \(its sshd says nothing\)\. web-1-files was given up after \d+ s\. .* run again/,
    );
  });

  test("is asked only once a step has taken some time", async () => {
    const ask = vi.fn(well);
    await watch(10, [step("web-1-files", 0)], ask);
    expect(ask).not.toHaveBeenCalled();
  });

  test("that answers again in the meantime does not count as hanging", async () => {
    let asked = 0;
    const now = await watch(120, [step("web-1-files", 0)], () => (asked++ % 3 === 2 ? well() : silent()));
    expect(now.size).toBe(0);
  });

  test("that answers but takes long is left alone for twenty minutes", async () => {
    const steps = [step("web-1-preflight", 0)];
    expect((await watch(1100, steps, well)).size).toBe(0);
    expect((await watch(200, steps, well)).get("web-1")).toMatch(/web-1-preflight .* although the host answers/);
  });

  test("whose answer itself never comes is found as well", async () => {
    // Each question ends by its own limit.
    const late = () => new Promise<string>((resolve) => setTimeout(() => resolve("it says nothing"), 10_000));
    expect((await watch(60, [step("web-1-agent", 0)], late)).size).toBe(1);
  });
});

test("the running steps are those that have begun and not ended", () => {
  const event = (kind: string, op: string, name: string, type = "command:remote:Command"): object => ({
    timestamp: 7,
    [kind]: {
      metadata: { op, urn: `urn:pulumi:s::d::datadog-hosts:index:MonitoredHost$${type}::${name}` },
    },
  });
  const events = [
    event("resourcePreEvent", "same", "web-1-preflight"),
    event("resourcePreEvent", "create", "web-1-files"),
    event("resourcePreEvent", "update", "web-2-files"),
    event("resOutputsEvent", "update", "web-2-files"),
    event("resourcePreEvent", "delete", "web-3-files"),
    event("resOpFailedEvent", "delete", "web-3-files"),
    event("resourcePreEvent", "replace", "web-2-agent", "docker:index/container:Container"),
  ];
  expect(runningSteps(events)).toMatchObject([{ host: "web-1", resource: "web-1-files", since: 7000 }]);
});
