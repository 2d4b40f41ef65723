import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { collectAnswers, readIntegrations, type Answers } from "../../../tools/init/answers";
import { Prompts } from "../../../tools/init/prompts";
import { repeatedCommand } from "../../../tools/init/repeated-command";
import { sshAgentProblem } from "../../../tools/init/ssh-agent";
import { waitFor } from "../../../tools/shared/wait";

test("integrations may be named by their services", () => {
  expect(readIntegrations("redis, Postgres nginx docker")).toEqual(["docker", "nginx", "postgres", "redisdb"]);
  expect(() => readIntegrations("redis rediss")).toThrow(/^There is no integration rediss; there are: apache, /);
});

test.each(["a=core@192.0.2.10 b=192.0.2.10:22", "web.example,WEB.example", "[2001:db8::1]:22 2001:db8::1"])(
  "a machine that is listed twice is refused before it is asked for its key: %s",
  async (hosts) => {
    const preset = { project: "shop", environment: "staging", "api-key-file": "-" };
    await expect(collectAnswers({ ...preset, hosts }, undefined)).rejects.toThrow(/ is listed twice; list it once/);
  },
);

test("two machines behind one address are two", async () => {
  const preset = { project: "shop", environment: "staging", "api-key-file": "-" };
  const two = { ...preset, hosts: "192.0.2.10:22 192.0.2.10:2222" };
  const { hosts } = await collectAnswers(two, undefined, { agentProblem: () => undefined });
  expect(hosts.map(({ name, port }) => [name, port])).toEqual([
    ["shop-staging-1", 22],
    ["shop-staging-2", 2222],
  ]);
});

describe("clumsy answers on a terminal", () => {
  /** Answers the questions, each after the one before; what is seen then. */
  const conversation = async (lines: readonly string[], agentProblem?: string) => {
    const input = new PassThrough();
    const output = new PassThrough();
    let seen = "";
    output.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    const prompts = new Prompts(input, output);
    const answers = collectAnswers({}, prompts, { agentProblem: () => agentProblem });
    for (const [index, line] of lines.entries()) {
      // eslint-disable-next-line no-control-regex -- behind a question, the cursor is set
      await waitFor("a question", () => Promise.resolve(seen.split(/: (?=\u001b|$)/).length > index + 1), {
        intervalMs: 1,
      });
      input.write(`${line}\r`);
    }
    const collected = await answers;
    prompts.close();
    return { collected, seen };
  };

  test("each is refused in words that name it once, and asked for again", async () => {
    const key = `${process.cwd()}/package.json`;
    const { collected, seen } = await conversation([
      ...["", "Shop Ünïon", "a/b", "shop.eu"],
      ...["", "staging"],
      ...["", "core@", "10.0.0.1:99999", "core@10.0.0.1", ""],
      ...["/nowhere", key, ""],
      ...["https://app.datadoghq.eu", ""],
    ]);
    expect(collected).toMatchObject({ project: "shop.eu", environment: "staging", privateKeyFile: undefined });
    expect(collected.hosts.map(({ name }) => name)).toEqual(["shop-eu-staging-1"]);
    const said = seen.split("\n").filter((line) => line.startsWith("  "));
    expect(said.map((line) => line.trim())).toEqual([
      expect.stringMatching(/^An empty answer has the wrong form: it must be lower case letters/),
      expect.stringMatching(/^Shop Ünïon has the wrong form: it must be lower case letters/),
      "a/b has a /, which the stack's name, PROJECT-ENVIRONMENT, can't have.",
      expect.stringMatching(/^An empty answer has the wrong form/),
      expect.stringMatching(/^An empty answer is not a host: write \[NAME=\]\[USER@\]ADDRESS\[:PORT\], such as/),
      expect.stringMatching(/^core@ is not a host: write \[NAME=\]/),
      "10.0.0.1:99999 is not a host: its port is out of range: at most 65535.",
      expect.stringMatching(/^\/nowhere does not exist \(looked at \/nowhere\); name the private key for the hosts/),
      `${key} is not a private key; name the file without .pub.`,
      expect.stringMatching(/^https:\/\/app.datadoghq.eu has the wrong form: .*such as datadoghq.com or datadoghq.eu/),
    ]);
  });

  test("no key at all is refused if the ssh agent has none either", async () => {
    const preset = { project: "shop", environment: "staging", hosts: "192.0.2.10", "api-key-file": "-" };
    await expect(collectAnswers(preset, undefined, { agentProblem: () => "it has no keys" })).rejects.toThrow(
      "Without KEY, the keys come from your ssh agent: it has no keys.",
    );
  });

  test("a stack that exists is refused before the questions about its hosts", async () => {
    const preset = { project: "shop", environment: "staging", "api-key-file": "-", hosts: "-nonsense" };
    const requireNew = (stack: string): never => {
      throw new Error(`${stack} exists`);
    };
    await expect(collectAnswers(preset, undefined, { requireNew })).rejects.toThrow("shop-staging exists");
  });
});

test("an ssh agent that does not answer is told", () => {
  const before = process.env["SSH_AUTH_SOCK"];
  process.env["SSH_AUTH_SOCK"] = "/nowhere/agent";
  try {
    expect(sshAgentProblem()).toMatch(/^none answers; start one and load the key/);
  } finally {
    if (before === undefined) delete process.env["SSH_AUTH_SOCK"];
    else process.env["SSH_AUTH_SOCK"] = before;
  }
});

test("the command that starts again has all answers, so that nothing is typed twice", () => {
  const answers: Answers = {
    project: "shop",
    environment: "staging",
    hosts: [
      { name: "web-1", user: "core", address: "192.0.2.10", port: 22 },
      { name: "web-2", user: "me", address: "2001:db8::1", port: 2222 },
    ],
    privateKeyFile: "/home/me/my keys/id",
    site: "datadoghq.com",
  };
  expect(repeatedCommand({ "agent-image": "registry.example/agent:7" }, answers)).toBe(
    "make init AGENT_IMAGE=registry.example/agent:7 PROJECT=shop ENVIRONMENT=staging " +
      "HOSTS='web-1=core@192.0.2.10 web-2=me@[2001:db8::1]:2222' KEY='/home/me/my keys/id'",
  );
});
