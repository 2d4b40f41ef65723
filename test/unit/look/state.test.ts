import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { requireState } from "../../../tools/look";
import { expectedHosts } from "../../../tools/look/expected";
import { whyNotInspected } from "../../../tools/look/look";
import { UserError } from "../../../tools/shared/errors";
import { ProcessError } from "../../../tools/shared/run";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "state-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Reads the state with a `pulumi` that does this. */
const read = (does: string): ReturnType<typeof requireState> => {
  fs.writeFileSync(`${folder}/pulumi`, `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  return requireState("shop", { PATH: `${folder}:${process.env["PATH"] ?? ""}` });
};

test("a stack that was never deployed is distinguished from a state that can't be read, and Pulumi's reason is kept", async () => {
  await expect(read(`echo "error: no stack named 'shop' found" >&2; exit 6`)).rejects.toThrow(
    /^Stack shop is not in this backend, so it was never deployed: run make up STACK=shop, or set PULUMI_BACKEND_URL/,
  );
  await expect(read("echo 'error: unable to open state directory' >&2; exit 3")).rejects.toThrow(
    "The state of stack shop can't be read: unable to open state directory",
  );
  await expect(read("exit 4")).rejects.toThrow("The state of stack shop can't be read: pulumi ended with 4");
  expect(await read("echo '{}'")).toEqual({});
});

test("containers that a host has according to the stack, and that the state does not have, are known", () => {
  const urn = (type: string, name: string): string => `urn:pulumi:shop::datadog-hosts::${type}::${name}`;
  const below = (type: string, role: string): string =>
    urn(`datadog-hosts:index:MonitoredHost$${type}`, `web-1-${role}`);
  const output = {
    name: "web-1",
    address: "192.0.2.10",
    ssh: "ssh",
    root: "/r",
    containers: ["dd-agent", "datadog-gen"],
  };
  const container = "docker:index/container:Container";
  const resources = [
    {
      urn: urn("pulumi:pulumi:Stack", "datadog-hosts-shop"),
      type: "pulumi:pulumi:Stack",
      outputs: { hosts: [output] },
    },
    { urn: below(container, "generator"), type: container, id: "b", inputs: { name: "datadog-gen" } },
  ];
  const [host] = expectedHosts({ deployment: { resources } });
  expect(host).toMatchObject({ name: "web-1", containers: [{ name: "datadog-gen" }], lacking: ["dd-agent"] });
});

/** Why a host could not be inspected whose ssh ended like this. */
const whyNot = (message: string, status?: number): string =>
  whyNotInspected(
    new ProcessError(`Host web-1: ${message}`, status === undefined ? undefined : { status, stdout: "", stderr: "" }),
  );

test("the reason why a host could not be inspected is ssh's last line, or that it took too long", () => {
  expect(whyNot("failed with status 255.\nssh: connect to host web-1: Connection refused", 255)).toMatch(
    /^nothing listens at the host's address and port \(ssh: connect to host web-1: Connection refused\)\. Check /,
  );
  expect(whyNot("not done after 20 s.\ncontainers\ndone")).toMatch(
    /^the host does not answer \(not done after 20 s\)\. Check /,
  );
});

test.each([
  ["by a forced command", whyNot("failed with status 1.\nThis service allows sftp connections only.", 1)],
  ["since the login shell ends", whyNotInspected(new UserError("the look was cut off"))],
])("a host that runs no command of ssh's is reported with what to do: %s", (_, problem) => {
  expect(problem).toMatch(/^the user's login shell there does not run ssh's commands \(.*\)\. Check .* ForceCommand/);
});
