import { describe, expect, test } from "vitest";

import { readEvents } from "../../../tools/deploy/engine-events";
import { describeFailures, readFailures, withoutInterrupted, type HostFailure } from "../../../tools/deploy/failures";

const urn = (resource: string): string =>
  `urn:pulumi:shop-staging::datadog-hosts::datadog-hosts:index:MonitoredHost$command:remote:Command::${resource}`;

const diagnostic = (resource: string, message: string, severity = "error"): object => ({
  diagnosticEvent: { urn: urn(resource), message, severity, color: "never" },
});

const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

test.each([
  [
    "the program's end",
    'before hook "web-1-connection" failed: rpc error: code = Unavailable desc = error reading from server: EOF',
    0,
  ],
  ["a plugin's end", "rpc error: code = Canceled desc = context canceled", 0],
  ["a failure of its own", "there is no Docker network backend", 1],
])("of an interrupted run, %s is told as often as it says something", (_, message, told) => {
  const failure = { host: "web-1", resource: "web-1-preflight", message, removal: false };
  expect(withoutInterrupted([failure])).toHaveLength(told);
});

describe("the failures in an event log", () => {
  test("are the first of each host, sorted by host", () => {
    const log = lines(
      { sequence: 1, preludeEvent: { config: {} } },
      diagnostic("web-2-agent", "first\n"),
      diagnostic("web-1-preflight", "other\n"),
      diagnostic("web-2-cleanup", "second\n"),
    );
    expect(readFailures(readEvents(log))).toMatchObject([
      { host: "web-1", resource: "web-1-preflight", message: "other" },
      { host: "web-2", resource: "web-2-agent", message: "first" },
    ]);
  });

  test.each([
    "preflight",
    "files",
    "api-key",
    "agent-image",
    "agent",
    "generator-image",
    "generator",
    "cleanup",
    "docker",
  ])("a host is told from its resource for %s", (role) => {
    expect(readFailures(readEvents(lines(diagnostic(`agent-1-${role}`, "x"))))).toMatchObject([{ host: "agent-1" }]);
  });

  test("do not include warnings and errors of other resources", () => {
    const stack = {
      diagnosticEvent: { urn: "urn:pulumi:s::d::pulumi:pulumi:Stack::d-s", message: "x", severity: "error" },
    };
    const nobody = { diagnosticEvent: { message: "x", severity: "error" } };
    expect(readFailures(readEvents(lines(diagnostic("web-1-agent", "x", "warning"), stack, nobody)))).toEqual([]);
  });

  test("have no colours, markers or blank lines", () => {
    const message = "<{%reset%}>\u001b[31mone\u001b[0m<{%reset%}>  \n\n  two\n";
    expect(readFailures(readEvents(lines(diagnostic("web-1-agent", message))))[0]?.message).toBe("one\n  two");
  });

  test("have control characters escaped and API keys masked", () => {
    const message = `said \u001b]0;owned\u0007\u202e ${"0a".repeat(16)}\n`;
    expect(readFailures(readEvents(lines(diagnostic("web-1-agent", message))))[0]?.message).toBe("said \\u202e *****");
  });

  test("an incomplete last line is ignored", () => {
    const whole = lines(diagnostic("web-1-agent", "x"), diagnostic("web-2-agent", "y"));
    expect(readFailures(readEvents(whole.slice(0, -10))).map(({ host }) => host)).toEqual(["web-1"]);
  });

  test("mark a resource that should have been removed, but not one that should have been replaced", () => {
    const failed = (op: string, resource: string): object => ({
      resOpFailedEvent: { metadata: { op, urn: urn(resource) } },
    });
    const log = lines(
      diagnostic("web-1-agent", "x"),
      failed("delete", "web-1-agent"),
      diagnostic("web-2-agent", "x"),
      failed("delete-replaced", "web-2-agent"),
    );
    expect(readFailures(readEvents(log)).map(({ host, removal }) => [host, removal])).toEqual([
      ["web-1", true],
      ["web-2", false],
    ]);
  });
});

describe("the summary", () => {
  const failure = (message: string, more: Partial<HostFailure> = {}): HostFailure => ({
    host: "web-1",
    resource: "web-1-preflight",
    message,
    removal: false,
    ...more,
  });

  test("the message of a host's own check is shown unchanged", () => {
    const own = "Host web-1 (192.0.2.10): there is no docker command. Install Docker, then run again.";
    expect(describeFailures([failure(`Process exited with status 1: running "sh -s":\n${own}`)], "s")).toBe(own);
  });

  test("the message of the connection check is shown unchanged, too", () => {
    const own = "Host web-1 (192.0.2.10): the Docker engine has not answered.";
    expect(describeFailures([failure(`before hook "web-1-connection" failed: ${own}`)], "s")).toBe(own);
    const warning = "Host key for 192.0.2.10 has changed and you have requested strict checking.";
    expect(describeFailures([failure(`${warning}\nHost key verification failed.`)], "s")).toMatch(
      /^Host web-1: the host/,
    );
    const lost = 'before hook "web-1-connection" failed: ssh to 192.0.2.10:22: Host key verification failed.';
    expect(describeFailures([failure(lost)], "s")).toMatch(
      /^Host web-1: the host's key differs .* \(ssh to 192\.0\.2\.10:22: Host key verification failed\.\)\. If/,
    );
  });

  test("a known failure is shown with its meaning, the provider's reason, and what to do", () => {
    const message = "after 2 failed attempts: dial tcp 192.0.2.10:22: connect: connection refused";
    expect(describeFailures([failure(message)], "s")).toBe(
      "Host web-1: nothing listens at the host's address and port (dial tcp 192.0.2.10:22: connect: connection refused). Check that the host is up and that sshd listens on this port, then run again.",
    );
  });

  test("details for a provider's developers are left out", () => {
    const message =
      "  sdk-v2/provider2.go:571: sdk.helper_schema: Unable to read Docker image into resource: unable to pull image a/b:1: provider=docker@5.2.0";
    const text = describeFailures([failure(message, { resource: "web-1-agent-image" })], "s");
    expect(text).toContain("(Unable to read Docker image into resource: unable to pull image a/b:1).");
  });

  test("a lost connection of the docker provider is shown with ssh's own message", () => {
    const message =
      '  sdk-v2/provider2.go:571: sdk.helper_schema: failed to create Docker client: Error: error during connect: Head "http://docker.example.com/_ping": command [ssh -l core -p 22 -- 192.0.2.10 docker system dial-stdio] has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect to host 192.0.2.10 port 22: No route to host\r\n: provider=docker@5.2.0';
    const [read] = readFailures(readEvents(lines(diagnostic("web-1-agent", message))));
    expect(describeFailures(read === undefined ? [] : [read], "s")).toMatch(
      /^Host web-1: the host does not answer \(ssh: connect to host 192\.0\.2\.10 port 22: No route to host\)\. Check/,
    );
  });

  test("an unknown failure is shown with the provider's message", () => {
    expect(describeFailures([failure("something else")], "s")).toBe(
      "Host web-1: web-1-preflight failed: something else",
    );
  });

  test("a line for each host", () => {
    const text = describeFailures([failure("a"), failure("b", { host: "web-2", resource: "web-2-agent" })], "s");
    expect(text.split("\n")).toHaveLength(2);
  });

  test("if something could not be removed, make forget is named", () => {
    expect(describeFailures([failure("x", { removal: true })], "shop-staging")).toContain(
      "make forget STACK=shop-staging HOST=web-1",
    );
    expect(describeFailures([failure("x")], "shop-staging")).not.toContain("make forget");
  });
});
