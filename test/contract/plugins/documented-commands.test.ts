import { beforeAll, expect, test } from "vitest";

import { run } from "../../../tools/shared/run";
import { commandsOf, filledIn, pages } from "../../unit/docs/pages";
import { toolchainEnvironment } from "./support/toolchain";

let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  environment = await toolchainEnvironment();
});

/** The words of a command behind the program's name. */
function argumentsOf(command: string): string[] {
  return (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).slice(1).map((word) => word.replaceAll(/["']/g, ""));
}

/** What the program has against a command; it refuses unknown options even if it is asked for help. Empty if nothing. */
async function refusal(command: string): Promise<string> {
  const { status, stdout, stderr } = await run("pulumi", [...argumentsOf(command), "--help"], {
    env: environment,
    check: false,
  });
  if (status !== 0) return `${command}: ${stderr}`;
  // The help of a command that has others, in place of the one that was asked for.
  return stdout.includes("Available Commands:") ? `${command}: there is no such command` : "";
}

test("pulumi has every command of the pages, with its options", async () => {
  const commands = pages
    .flatMap((page) => commandsOf(page, ["pulumi", "tools/pulumi"]))
    .map(({ text }) => filledIn(text))
    .filter((text) => /^(tools\/)?pulumi /.test(text));
  // Once for each command and its options, whatever their values.
  const different = new Map(
    commands.map((text) => [
      argumentsOf(text)
        .filter((word, index) => index < 2 || word.startsWith("--"))
        .join(" "),
      text,
    ]),
  );
  expect(different.size).toBeGreaterThan(10);
  const refusals = await Promise.all([...different.values()].map(refusal));
  expect(refusals.filter((text) => text !== "")).toEqual([]);
});

test("make toolchain lists each program with its place, and says what a stand-in is for", async () => {
  const { status, stdout, stderr } = await run("make", ["--no-print-directory", "toolchain"], { check: false });
  expect(status, stderr).toBe(0);
  for (const part of ["pulumi", "language-host", "docker-plugin", "command-plugin"]) {
    expect(stdout).toMatch(new RegExp(`^${part} +(found|downloaded|built|stand-in) +\\S+ +/\\S+$`, "m"));
  }
  const said = "Stand-ins are for the sandbox, the tests and the benchmark.";
  expect(stderr.includes(said)).toBe(/^\S+ +stand-in /m.test(stdout));
});

test.each([
  ["pulumi stack nonsense", /no such command/],
  ["pulumi stack export --nonsense", /unknown flag/],
])("%s would be found", async (command, expected) => {
  expect(await refusal(command)).toMatch(expected);
});
