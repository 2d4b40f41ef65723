import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { scriptText } from "../../../infra/shell";
import { readNodes } from "../../../tools/swarm/nodes";
import { newSeal } from "../../../tools/swarm/seal";

const maxBytes = 10_000_000;

/** What the task of a node prints that is asked by this script. */
function reply(publicKey: string, script: string, path = process.env["PATH"] ?? ""): string {
  const input = scriptText({ files: ["node-reply"], calls: [["reply", publicKey, script]] });
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", input], {
    encoding: "utf8",
    env: { PATH: path, SWARM_NODE: "n1" },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("a node's answer", () => {
  const told = "node n1 ready active web-1\n";
  const options = { maxBytes, only: "", patienceSeconds: 60 };

  test("is read by who has asked, whatever its length, and by nobody else", async () => {
    const [seal, other] = [await newSeal(), await newSeal()];
    const script = "echo password; head -c 1000000 /dev/zero | tr '\\0' x; exit 3";
    const text = told + reply(seal.publicKey, script);
    expect(text).not.toContain("password");
    const [answer] = readNodes(text, { ...options, seal }).answers;
    expect(answer?.output).toBe(`password\n${"x".repeat(1_000_000)}`);
    const unread = { name: "web-1", problem: expect.stringContaining("can't be read") as string };
    expect(readNodes(text, { ...options, seal: other }).answers).toEqual([unread]);
    expect(readNodes(text, { ...options, seal, maxBytes: 1000 }).answers).toEqual([unread]);
    const cut = text.split("\n").filter((line) => !line.includes(" data "));
    expect(readNodes(cut.join("\n"), { ...options, seal }).answers).toEqual([unread]);
  });

  test("is missing where the node lacks a program, which is named", async () => {
    const seal = await newSeal();
    const here = mkdtempSync(join(tmpdir(), "node-reply-"));
    try {
      writeFileSync(join(here, "gzip"), "", { mode: 0o755 });
      const text = told + reply(seal.publicKey, "echo password", here);
      expect(readNodes(text, { ...options, seal }).answers).toEqual([
        { name: "web-1", problem: expect.stringContaining("there is no openssl command") as string },
      ]);
    } finally {
      rmSync(here, { recursive: true });
    }
  });
});

describe("the nodes of a Swarm", () => {
  const seal = { open: (key: string, data: string): string => `${key} ${data}` };
  const nodes = (text: string, only = "") => readNodes(text, { seal, maxBytes, only, patienceSeconds: 60 });
  const whole = (id: string): string => `${id} key k\n${id} data a\n${id} data b\n${id} end\n`;

  test("are in the order of their names, each with its own answer, however the lines are mixed", () => {
    const text =
      "node n2 ready active b\nnode n1 ready active a\nn2 key 2\nn1 key 1\nn2 data x\nn1 data y\nn1 end\nn2 end\n";
    expect(nodes(text)).toEqual({
      names: ["a", "b"],
      answers: [
        { name: "a", output: "1 y" },
        { name: "b", output: "2 x" },
      ],
    });
  });

  test.each([
    [
      "is down",
      "node n1 down active a",
      "the node is down. Check the machine and its Docker engine, then ask again; if it has left the Swarm for good, run docker node rm n1 on a manager.",
    ],
    ["is drained", "node n1 ready drain a", "the node is drained, so no agent runs there: docker node update"],
    ["is paused", "node n1 ready pause a", "the node is paused and starts no task"],
    ["has refused the task", "node n1 ready active a\ntask n1 rejected No such image: x", "(No such image: x)"],
    ["still prepares the task", "node n1 ready active a\ntask n1 preparing ", "has not answered within 60 s"],
    ["has no task", "node n1 ready active a", "has not answered within 60 s"],
    ["has no service to ask by", "node n1 ready active a\nundeployed", "Run make up"],
    ["has ended in the middle", "node n1 ready active a\ntask n1 complete \nn1 key k\nn1 data a", "has not answered"],
  ])("say why there is no answer of one that %s", (_, text, problem) => {
    const { answers } = nodes(`${text}\nnode n2 ready active b\n${whole("n2")}`);
    expect(answers).toEqual([
      { name: "a", problem: expect.stringContaining(problem) as string },
      ...(text.includes("undeployed") ? [expect.anything() as unknown] : [{ name: "b", output: "k ab" }]),
    ]);
  });

  test("leave out those that constraints leave out, but none on which a service has run", () => {
    const text = `node n1 ready active a\nnode n2 ready active b\nnode n3 down active c\nnode n4 down active d\nplace n3\nconstrained\ntask n2 complete \n${whole("n2")}`;
    expect(nodes(text).answers.map(({ name }) => name)).toEqual(["b", "c"]);
    expect(nodes(text, "a").answers).toEqual([
      { name: "a", problem: expect.stringContaining("swarm.placement leaves the node out") as string },
    ]);
  });

  test("of the same name are told apart by their ids", () => {
    expect(nodes("node n1 down active a\nnode n2 down active a\n").names).toEqual(["a.n1", "a.n2"]);
    expect(nodes("node n1 ready active a\nnode n2 ready active a\n").names).toEqual(["a.n1", "a.n2"]);
  });

  test("of the same name are named by their ids in what to run", () => {
    const [first, second] = nodes("node n1 ready drain a\nnode n2 ready active a\ntask n2 rejected x\n").answers;
    expect(first?.problem).toContain("--availability active n1 on a manager");
    expect(second?.problem).toContain("docker node ps n2 on a manager");
  });

  test("keep their names if a machine has left and joined again: only the node that has left gets its id", () => {
    expect(nodes("node n1 down active a\nnode n2 ready active a\n").names).toEqual(["a", "a.n1"]);
  });
});
