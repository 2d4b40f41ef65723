import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Integration } from "../../infra/integrations";
import { generatorTemplateFiles, type GeneratorSettings } from "../../infra/rendering";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";
import { filesOfDraft, type ConfigFiles } from "./draft";
import { unknownPassword, type PasswordFiles } from "./passwords";

/** What the generator of a host would be given, and what it would see. */
export interface RenderingArgs {
  /** Path of the program docker-gen. */
  readonly program: string;
  /** Path of a socket at which the host's Docker engine answers. */
  readonly engineSocket: string;
  readonly host: GeneratorSettings;
  readonly integrations: readonly Integration[];
  readonly passwords: PasswordFiles;
}

/** An engine that is there answers within this time. */
const timeoutMs = 30_000;

/** All configs of a host with a thousand containers are some megabytes. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Renders the configs that a host would have: with the templates of this clone, on the containers that run there now. The
 * agent is taken to be on the networks that the stack lists. Nothing is written but templates, which hold no secret, into a
 * folder of this machine that is removed afterwards.
 * @throws UserError where docker-gen fails, or could not read all of the host's containers.
 */
export async function renderDraft(args: RenderingArgs): Promise<ConfigFiles> {
  const { program, engineSocket, host, integrations, passwords } = args;
  const folder = await mkdtemp(join(tmpdir(), "datadog-hosts-"));
  try {
    const templates = Object.entries(generatorTemplateFiles(host, integrations));
    for (const [name, text] of templates) await writeFile(join(folder, name), text);
    const names = templates
      .map(([name]) => name)
      .sort((a, b) => Number(b === firstTemplate) - Number(a === firstTemplate));
    const paths = [...names.map((name) => join(folder, name)), "/dev/stdin"];
    // Node.js makes stdin a socket, which nobody can open as a file; `cat` makes a pipe of it.
    const { status, stdout, stderr } = await run("sh", ["-c", 'cat | "$@"', "sh", program, paths.join(";")], {
      env: { PATH: process.env["PATH"], DOCKER_HOST: `unix://${engineSocket}` },
      input: replacedDefinitions(passwords),
      check: false,
      timeoutMs,
      mostBytes,
      title: "docker-gen",
    });
    const problem = status === 0 ? unreadContainer(stderr) : lastLine(stderr);
    if (problem !== undefined) throw new UserError(`docker-gen can't render its configs (${problem})`);
    return filesOfDraft(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The one that calls the others. */
const firstTemplate = "bundle.tmpl";

/**
 * What is known here rather than on the host, in the place of the definitions in rules.tmpl: of two, the last counts.
 * Passwords come on stdin, so that they reach neither disk nor process list.
 */
function replacedDefinitions(passwords: PasswordFiles): string {
  const entries = [...passwords].map(
    ([name, content = Buffer.from(unknownPassword)]) => `${JSON.stringify(name)} "${content.toString("base64")}"`,
  );
  return [
    '{{ define "reachable-networks" }}{{ eval "agent-networks" }}{{ end }}',
    `{{ define "password-of" }}{{ get (dict ${entries.join(" ")}) . | b64dec | trimSuffix "\\n" | trimSuffix "\\r" }}{{ end }}`,
  ].join("\n");
}

/** docker-gen skips a container that it can't read, such as one that has just been removed. */
function unreadContainer(log: string): string | undefined {
  return log
    .split("\n")
    .filter((line) => /Error (listing|inspecting|retrieving)/.test(line) && !/no such container/i.test(line))
    .map(lastLine)[0];
}

function lastLine(log: string): string {
  const line = log.trim().split("\n").pop() ?? "";
  return line.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, "");
}
