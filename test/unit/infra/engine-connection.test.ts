import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { checkEngineConnection } from "../../../infra/host";
import { connectionProblem } from "../../../infra/host/engine-connection";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-connection-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Looks at a host with an ssh that does this in place of its own work. */
async function look(...lines: string[]): Promise<string> {
  return lookFor(undefined, ...lines);
}

/** The same with a limit of patience. */
async function lookFor(patience: Parameters<typeof checkEngineConnection>[1], ...lines: string[]): Promise<string> {
  const program = join(folder, "ssh");
  writeFileSync(program, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(program, 0o755);
  useStack({ stack: "shop-staging", config: smallestConfig });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("no host");
  return checkEngineConnection(host, patience).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

/** The engine's answer, once it was asked. */
const answer =
  "read -r question; case $question in 'GET /_ping HTTP/1.1'*) printf 'HTTP/1.1 200 OK\\r\\n\\r\\nOK' ;; esac";

test("a connection over which the engine answers is accepted, whether it is closed afterwards or not", async () => {
  expect(await look(answer)).toBe("");
  expect(await look(answer, "exec sleep 60")).toBe("");
});

test("a login that takes long may go on as long as it makes progress", async () => {
  const steps = Array.from({ length: 6 }, () => "sleep 0.5; echo 'debug1: a step' >&2");
  expect(await lookFor({ silenceMs: 2000, longestMs: 60_000 }, ...steps, answer)).toBe("");
  expect(await lookFor({ silenceMs: 1000, longestMs: 60_000 }, "exec sleep 60")).toMatch(/login has made no progress/);
  expect(await lookFor({ silenceMs: 60_000, longestMs: 1000 }, ...steps, "exec sleep 60")).toMatch(/no progress/);
});

test("the engine is contacted in the same way as by the docker provider", async () => {
  const ours = `'-l core -p 22 -F none '*' -T -- 192.0.2.10 docker system dial-stdio'`;
  expect(await look(`case "$*" in ${ours}) ;; *) echo "$*" >&2; exit 255 ;; esac`, answer)).toBe("");
});

test("the output of a login shell is reported with its source, without control characters", async () => {
  expect(await look("printf 'Welcome \\033[1m!\\n'", answer)).toBe(
    'Host web-1 (192.0.2.10): the output of the login shell of user core ("Welcome ?[1m!") comes before the Docker ' +
      "engine's answers, which makes them unreadable. Change ~/.bashrc and the like on the host so that they print nothing, or only to " +
      "a terminal ([ -t 1 ]), then run again.",
  );
});

test("a login shell that prints endlessly is reported, too", async () => {
  expect(await look("exec yes")).toMatch(/the login shell of user core \("y"\) comes in place of the Docker/);
});

test("a shell that runs no commands is reported with its output", async () => {
  expect(await look("echo 'This account is currently not available.'; exit 1")).toMatch(
    /^Host web-1 .*\("This account is currently not available\."\) comes in place of .*\(no nologin, no forced command\)/,
  );
});

test.each([
  ["in silence", "exit 0"],
  ["with a status, in silence", "exit 1"],
  ["after a word of its own", "echo Bye >&2; exit 0"],
  ["after the host's banner", "exit 1", "Authorized use only."],
])("a login shell that ends %s without running the command is reported", async (_, line, banner = "") => {
  const login = 'Authenticated to 192.0.2.10 ([192.0.2.10]:22) using "publickey".';
  expect(await look(`printf '%s\\n' '${banner}' '${login}' >&2`, line)).toMatch(
    /^Host web-1 .*: the login shell of user core ended \(status [01]\) without running ssh's command\. .*~\/\.bashrc/,
  );
});

test("a login shell that reads the command's input is reported", async () => {
  expect(await look("read -r line; printf 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'")).toMatch(
    /^Host web-1 .* could not read what was sent to it \("HTTP\/1\.1 400 Bad Request"\)\. .* login shell of user core/,
  );
});

test("ssh's message about a failed connection is passed on, with the target", async () => {
  expect(await look("echo 'core@192.0.2.10: Permission denied (publickey).' >&2; exit 255")).toBe(
    "ssh to 192.0.2.10:22: core@192.0.2.10: Permission denied (publickey).",
  );
});

test("a host's banner is not taken for ssh's message", async () => {
  const said = "Connection refused for strangers.\\ncore@192.0.2.10: Permission denied (publickey).\\r\\n";
  expect(await look(`printf '${said}' >&2; exit 255`)).toBe(
    "ssh to 192.0.2.10:22: core@192.0.2.10: Permission denied (publickey).",
  );
});

test.each(["sh: 1: docker: not found", "permission denied while trying to connect to the Docker daemon socket"])(
  "what the preflight tells by itself is left to it: %s",
  async (words) => {
    expect(await look(`echo '${words}' >&2; exit 1`)).toBe("");
  },
);

test("a machine without ssh is reported", async () => {
  const path = process.env["PATH"];
  vi.stubEnv("PATH", "/nonexistent");
  try {
    rmSync(join(folder, "ssh"), { force: true });
    useStack({ stack: "shop-staging", config: smallestConfig });
    const [host] = readSettings().hosts;
    if (host === undefined) throw new Error("no host");
    await expect(checkEngineConnection(host)).rejects.toThrow(/^There is no ssh program .* Install OpenSSH/);
  } finally {
    vi.stubEnv("PATH", path);
  }
});

const host = { name: "web-1", address: "192.0.2.10", port: 22, user: "core" };

test("an engine that does not answer is distinguished from an sshd that does not", () => {
  const late = { status: undefined, stdout: "" };
  const letIn = 'Authenticated to 192.0.2.10 ([192.0.2.10]:22) using "publickey".\r\n';
  expect(connectionProblem(host, { ...late, stderr: letIn })).toMatch(
    /^Host web-1 .* the Docker engine has not answered within 30 s\. .*systemctl restart docker/,
  );
  expect(connectionProblem(host, { ...late, stderr: "" })).toMatch(
    /^Host web-1 .* the ssh login has made no progress for 30 s\. .*sshd/,
  );
});

test("ssh's messages about a successful connection are left out", () => {
  const stderr = [
    'Authenticated to 192.0.2.10 ([192.0.2.10]:22) using "publickey".',
    "Connection to 192.0.2.10 closed by remote host.",
    "Transferred: sent 2 bytes, received 3 bytes",
    "Bytes per second: sent 1.0, received 1.0",
    "OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.9",
    "debug1: Exit status -1",
    "",
  ].join("\r\n");
  expect(connectionProblem(host, { status: 255, stdout: "", stderr })).toBe(
    "ssh to 192.0.2.10:22: Connection to 192.0.2.10 closed by remote host.",
  );
});

test("a login shell that starts another program, which takes what is meant for the engine, is reported at once", async () => {
  const shell = ["echo 'Authenticated to 192.0.2.10' >&2", "read -r question", 'echo "sh: 1: GET: not found" >&2'];
  expect(await look(...shell, "exec sleep 60")).toMatch(
    /^Host web-1 \(\S+\): the login shell of user core starts another program, .*GET: not found.*\(exec\)/,
  );
});
