import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Integration } from "../../infra/integrations";
import { generatorTemplateFiles, type GeneratorSettings } from "../../infra/rendering";
import { UserError } from "../shared/errors";
import type { Answer } from "../shared/questions";
import { run } from "../shared/run";
import { filesOfDraft, type ConfigFiles } from "./draft";
import { unknownPassword, type PasswordFiles } from "./passwords";

/** The inputs of a rendering. */
export interface RenderingArgs {
  /** Path of the program docker-gen. */
  readonly program: string;
  /** Path of a socket on this machine that is connected to the host's Docker engine. */
  readonly engineSocket: string;
  readonly host: GeneratorSettings;
  readonly integrations: readonly Integration[];
  readonly passwords: PasswordFiles;
}

/** Time limit for docker-gen, in milliseconds. */
const timeoutMs = 30_000;

/** Limit for the draft, in bytes. With a thousand containers it is a few megabytes. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Renders a host's configs with the templates of this clone, for the containers that run there now. It assumes that the
 * agent is on the networks that the stack lists. Only the templates, which hold no secret, are written to a temporary folder
 * on this machine.
 * @throws UserError if docker-gen fails, or if it could not read all of the host's containers.
 */
export async function renderDraft(args: RenderingArgs): Promise<ConfigFiles> {
  const { program, engineSocket, host, integrations, passwords } = args;
  const folder = await mkdtemp(join(tmpdir(), "datadog-hosts-"));
  try {
    const templates = templatesOf(host, integrations);
    for (const [name, text] of templates) await writeFile(join(folder, name), text);
    const paths = [...templates.map(([name]) => join(folder, name)), "/dev/stdin"];
    // Node.js passes stdin as a socket, which can't be opened as /dev/stdin. `cat` turns it into a pipe.
    const { status, stdout, stderr } = await run("sh", ["-c", 'cat | "$@"', "sh", program, paths.join(";")], {
      env: { PATH: process.env["PATH"], DOCKER_HOST: `unix://${engineSocket}` },
      input: replacedDefinitions(passwords),
      check: false,
      timeoutMs,
      maxBytes,
      title: "docker-gen",
    });
    return readDraft({ status, text: stdout, stderr });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The files of what docker-gen has rendered.
 * @param result how it ended, with the draft as its text.
 * @throws UserError if it has failed, or if it could not read all of the host's containers.
 */
export function readDraft({ status, text, stderr }: Pick<Answer, "status" | "text" | "stderr">): ConfigFiles {
  const problem = status === 0 ? unreadContainer(stderr) : lastLine(stderr);
  if (problem !== undefined) throw new UserError(`docker-gen can't render its configs (${problem})`);
  return filesOfDraft(text);
}

/** The template that calls the others. */
const firstTemplate = "bundle.tmpl";

/** The templates of this clone, by name, the one that calls the others first. */
export function templatesOf(host: GeneratorSettings, integrations: readonly Integration[]): [string, string][] {
  return Object.entries(generatorTemplateFiles(host, integrations)).sort(
    ([a], [b]) => Number(b === firstTemplate) - Number(a === firstTemplate),
  );
}

/**
 * Template definitions that replace earlier ones, for values that docker-gen can't read where it renders for once. The
 * last of two definitions wins. They are passed on stdin, so that passwords reach neither the disk nor a process list.
 */
export function replacedDefinitions(passwords: PasswordFiles): string {
  const entries = [...passwords].map(
    ([name, content = Buffer.from(unknownPassword)]) => `${JSON.stringify(name)} "${content.toString("base64")}"`,
  );
  return [
    '{{ define "reachable-networks" }}{{ eval "agent-networks" }}{{ end }}',
    `{{ define "password-of" }}{{ get (dict ${entries.join(" ")}) . | b64dec | trimSuffix "\\n" | trimSuffix "\\r" }}{{ end }}`,
  ].join("\n");
}

/**
 * The first error about a container that docker-gen could not read and skipped. A container removed meanwhile is no error.
 */
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
