import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { configFilesQuestion, readConfigFiles } from "../../../tools/status/config-files";
import { removedPages, removedPagesQuestion } from "../../../tools/status/removed-pages";
import {
  inContainer,
  maxAnswerBytes,
  questionScript,
  readAnswers,
  type Question,
} from "../../../tools/shared/questions";

const mark = "mark-of-the-test";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "status-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks this machine, with a `docker exec --env … NAME COMMAND …` that runs the command on it. */
function ask(...questions: Question[]) {
  writeFileSync(
    join(folder, "docker"),
    [
      "#!/bin/sh",
      '[ "$1" = exec ] || exit 9',
      `echo >>${join(folder, "calls")}`,
      'if [ "$2" = --env ]; then export "$3"; shift 2; fi',
      '[ "$2" != gone ] || { echo "No such container: gone" >&2; exit 1; }',
      'shift 2; exec "$@"',
      "",
    ].join("\n"),
    {
      mode: 0o755,
    },
  );
  const output = execFileSync("sh", ["-s"], {
    input: questionScript(questions, mark),
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    maxBuffer: 4 * maxAnswerBytes,
  });
  return readAnswers(output.toString(), mark);
}

describe("the questions to a host", () => {
  test("each has its own answer: output, stderr and status", () => {
    const answers = ask(
      { name: "reads", command: "cat" },
      { name: "well", command: "printf 'one\\n\\n'" },
      { name: "badly", command: 'echo part; echo "it\'s" >&2; echo wrong >&2; exit 3' },
    );
    expect(answers.get("well")).toEqual({ text: "one\n\n", status: 0, stderr: "", cut: false });
    expect(answers.get("badly")).toEqual({ text: "part\n", status: 3, stderr: "it's\nwrong", cut: false });
    expect(answers.get("reads")).toEqual({ text: "", status: 0, stderr: "", cut: false });
  });

  test("to one container are asked by one command, and each has its own answer, but for stderr", () => {
    const echo = { name: "echoes", script: 'echo "$1"; exit 4', args: ["it's $mark"] };
    const answers = ask(
      inContainer("c", echo, { name: "fails", script: "printf part; echo why >&2; exit 3", args: [] }),
    );
    expect(answers.get("echoes")).toEqual({ text: "it's $mark\n", status: 4, stderr: "", cut: false });
    expect(answers.get("fails")).toEqual({ text: "part", status: 3, stderr: "why", cut: false });
    expect(readFileSync(join(folder, "calls"), "utf8").split("\n")).toHaveLength(2);
  });

  test("to a container that does not run are answered by the reason", () => {
    const question = (name: string) => ({ name, script: "true", args: [] });
    const answers = ask(inContainer("gone", question("q1"), question("q2")));
    expect([...answers]).toEqual([["q1", { text: "", status: 1, stderr: "No such container: gone", cut: false }]]);
  });

  test("an endless answer does not affect the others", () => {
    const answers = ask(
      { name: "endless", command: "yes" },
      { name: "loud", command: "yes | head -c 100000 >&2" },
      { name: "last", command: "echo there" },
    );
    expect(answers.get("endless")).toMatchObject({ cut: true });
    expect(answers.get("endless")?.text).toHaveLength(maxAnswerBytes);
    expect(answers.get("loud")?.stderr.length).toBeLessThan(2001);
    expect(answers.get("last")?.text).toBe("there\n");
  });

  test("lanes run in parallel, and their answers don't mix", () => {
    // The first lane waits for the last one.
    const wait = `until [ -e ${folder}/there ]; do :; done; yes first | head -c 200000`;
    const answers = ask(
      { name: "first", command: wait, lane: "a" },
      { name: "second", command: "echo second", lane: "b" },
      { name: "after-first", command: "echo after; exit 2", lane: "a" },
      { name: "third", command: `: >${folder}/there; yes third | head -c 200000` },
    );
    expect([...answers.keys()].sort()).toEqual(["after-first", "first", "second", "third"]);
    for (const name of ["first", "third"]) {
      expect(answers.get(name)?.text).toBe(`${name}\n`.repeat(40_000).slice(0, 200_000));
    }
    expect(answers.get("after-first")).toEqual({ text: "after\n", status: 2, stderr: "", cut: false });
    expect(answers.get("second")?.text).toBe("second\n");
  });

  test("after a lost connection, the answers that had arrived are kept", () => {
    const output = `banner\n${mark} answer a\none\n\n${mark} end a\n0\n${mark} answer b\ntw`;
    expect(readAnswers(output, mark).get("a")).toEqual({ text: "one\n", status: 0, stderr: "", cut: false });
    expect(readAnswers(output, mark).get("b")).toMatchObject({ status: 255 });
  });
});

describe("the config files of a container", () => {
  test("are read with texts, ages and paths; other files are ignored", () => {
    const configs = join(folder, "conf.d");
    mkdirSync(join(configs, "redisdb.d"), { recursive: true });
    const write = (path: string, text: string): void => writeFileSync(join(configs, path), text);
    write("redisdb.d/redisdb.yaml", "instances:\n  - host: a\n    password: pw\n  # noted\n");
    write("redisdb.d/a=b.yaml", "instances: [1]");
    write("redisdb.d/auto_conf.yaml", "instances: [2]\n");
    write("redisdb.d/empty.yaml", "");
    write("own.yaml", `a: ${"x".repeat(300_000)}\n`);
    utimesSync(join(configs, "redisdb.d/redisdb.yaml"), new Date(), new Date(Date.now() - 100_000));
    const question = inContainer("c", configFilesQuestion("files", { folder: configs, patterns: "*.yaml */*.yaml" }));
    const files = readConfigFiles(ask(question).get("files")?.text ?? "", mark);
    expect(files.map(({ path, instances }) => [path, instances.length])).toEqual([
      ["own.yaml", 0],
      ["redisdb.d/a=b.yaml", 1],
      ["redisdb.d/redisdb.yaml", 1],
    ]);
    const redis = files[2];
    expect(redis).toMatchObject({ remarks: ["noted"], secrets: ["pw"], problem: undefined, hasHandles: false });
    expect(Math.abs((redis?.age ?? 0) - 100)).toBeLessThan(10);
  });

  test("may be missing, but a missing folder is an error", () => {
    const at = (place: string): Question =>
      inContainer("c", configFilesQuestion("files", { folder: place, patterns: "*.yaml" }));
    const none = ask(at(folder)).get("files");
    expect(none?.status).toBe(0);
    expect(readConfigFiles(none?.text ?? "", mark)).toEqual([]);
    expect(ask(at("/no/such")).get("files")?.status).toBe(1);
  });
});

test("removed status pages are found among others, in a folder of any name", () => {
  const generated = join(folder, "it's generated");
  const write = (path: string, text: string): void => {
    mkdirSync(join(generated, path, ".."), { recursive: true });
    writeFileSync(join(generated, path), text);
  };
  write("nginx/web/nginx.conf", "# No status page: nginx has not opened port 24079; its log says why.\n");
  write("nginx/other/nginx.conf", "server {\n}\n");
  write("apache/site/apache.conf", "<IfModule mod_status.c>\n</IfModule>\n");
  const answer = ask(inContainer("datadog-gen", removedPagesQuestion(generated))).get("removed-pages");
  expect(answer?.status).toBe(0);
  expect(removedPages(answer?.text ?? "")).toEqual([
    "web has no status page: nginx has not opened port 24079; its log says why.",
  ]);
});
