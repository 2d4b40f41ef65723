import { quote } from "../../infra/shell";
import type { TestHost } from "../host";

/** A stack's default tags for containers. */
export interface StackTags {
  readonly project: string;
  readonly environment: string;
}

/** A container with a real service, as an application would run it. */
export interface Application {
  readonly name: string;
  /** Its command, in the image of services. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly number[];
  /** Its Docker network. Default: the default bridge. */
  readonly network?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The status page that it asks for: the service's name, and the folder whose files the service includes. */
  readonly statusPage?: { readonly service: string; readonly folder: string };
}

/** An application that the agent has to monitor. */
export interface Sample extends Application {
  /** The expected check, with the expected tags in a stack of some project and environment. */
  readonly expected: {
    readonly check: string;
    readonly tags: (stack: StackTags) => string[];
  };
}

/** The Docker network of some samples; the agent has to join it. */
export const sampleNetwork = "backend";

/** The expected tags of a container that declares none. */
export function stackTags({ project, environment }: StackTags): string[] {
  return [`project:${project}`, `environment:${environment}`];
}

/** The tags of the samples that belong to another project and environment than the stack's. */
export const blogTags = (): string[] => ["project:blog", "environment:production"];

/** The folder on a test host with the generated status page of a container. */
export function statusPageFolder(service: string, container: string): string {
  return `/home/core/datadog/generated/${service}/${container}`;
}

/** A shell command as the command of a container. */
export function shell(...lines: string[]): string[] {
  return ["sh", "-ec", lines.join("\n")];
}

/** The command line that starts an application on its host. */
export function startCommand(sample: Application, image: string): string {
  const { name, statusPage } = sample;
  const labels = { ...sample.labels, ...(statusPage && { "datadog-hosts.status-page": statusPage.service }) };
  const flags = [
    ...["--detach", "--name", name, "--restart", "unless-stopped"],
    ...(sample.network === undefined ? [] : ["--network", sample.network]),
    ...Object.entries(sample.environment).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...sample.exposedPorts.flatMap((port) => ["--expose", String(port)]),
    ...(statusPage ? ["--volume", `${statusPageFolder(statusPage.service, name)}:${statusPage.folder}:ro`] : []),
  ];
  return ["docker", "run", ...flags, image, ...sample.command].map(quote).join(" ");
}

/** Starts samples on a host, and creates their network; existing ones are left as they are. */
export async function startSamples(host: TestHost, samples: readonly Sample[], image: string): Promise<void> {
  await host.loadImage(image);
  await host.run(`docker network inspect ${sampleNetwork} >/dev/null 2>&1 || docker network create ${sampleNetwork}`);
  for (const sample of samples) {
    const { name, statusPage } = sample;
    // Docker would create missing folders too, but they would belong to root.
    if (statusPage) await host.run(`mkdir -p ${statusPageFolder(statusPage.service, name)}`, { user: host.user });
    await host.run(`docker container inspect ${name} >/dev/null 2>&1 || ${startCommand(sample, image)}`);
  }
}
