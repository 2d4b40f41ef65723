import { describe, expect, test } from "vitest";

import { obstaclesOf } from "../../../tools/init/describe";
import { readSurvey } from "../../../tools/init/read-survey";
import { engineChecks } from "../../../tools/init/survey";
import { runScript } from "../infra/run-script";

/** What the survey says of a host whose `docker` answers like this. */
function problemsOf(docker: string): readonly string[] {
  const { status, stderr } = runScript(engineChecks({ name: "web-1", address: "192.0.2.10", user: "core" }), docker);
  const well = { text: "/home/core\n", status: 0, stderr: "", cut: false };
  const engine = { ...well, status: status ?? 1, stderr: stderr.trim() };
  return readSurvey(
    new Map([
      ["home", well],
      ["engine", engine],
    ]),
    "core",
    [],
  ).problems;
}

describe("an engine that up would refuse is refused before a stack's file is written", () => {
  test.each([
    [
      "Podman",
      "version*) exit 125 ;;\n--version) echo 'podman version 4.3.1' ;;",
      /^the docker command there is Podman's/,
    ],
    ["an old one", "version*) echo 19.03.15 ;;", /^the Docker engine there is version 19\.03\.15, .*20\.10/],
    ["one without root's rights", "version*) echo 26.1.5 ;;\ninfo*) echo '[name=rootless] /x' ;;", /rootless/],
    [
      "one that the user may not use",
      "version*) echo 'permission denied' >&2; exit 1 ;;",
      /^user core may not use Docker/,
    ],
    ["one that does not run", "version*) echo 'Cannot connect' >&2; exit 1 ;;", /^the Docker engine does not answer/],
  ])("%s", (_, docker, problem) => {
    expect(problemsOf(docker)).toEqual([expect.stringMatching(problem)]);
  });

  test("a usual one is taken", () => {
    expect(problemsOf("version*) echo 20.10.24 ;;\ninfo*) echo '[name=seccomp] /' ;;")).toEqual([]);
  });
});

test("a site that is probably misspelt is told, unless there is an intake", () => {
  const surveyed = [{ host: { name: "web-1" }, proposal: { obstacles: ["the image x can't be pulled"] } }];
  const told = obstaclesOf({ site: "datadogh.eu", intake: undefined }, surveyed);
  expect(told).toEqual([
    expect.stringMatching(/^datadogh\.eu \(site\) is none .*misspelt/),
    "web-1: the image x can't be pulled",
  ]);
  expect(obstaclesOf({ site: "datadogh.eu", intake: "http://192.0.2.1:8080" }, [])).toEqual([]);
  expect(obstaclesOf({ site: undefined, intake: undefined }, [])).toEqual([]);
});
