import type { HostOutput } from "../../infra/fleet";
import { readContainers, type Container } from "../containers/containers";
import { readConfigFiles } from "../status/config-files";
import { checkOf } from "../status/generation-7-origin";
import { describeInstance, settingsOf, tagsOf } from "../status/instance-settings";
import { noAnswer } from "../shared/questions";
import { readHost } from "../status/read-host";
import { reportHost, type InstanceReport } from "../status/report";

/** One instance in a generated config. */
export interface GeneratedInstance {
  readonly check: string;
  /** What it looks at, such as `172.18.0.5:6379`. */
  readonly address: string;
  /** Id of its container; undefined where one file holds the instances of all containers. */
  readonly id: string | undefined;
  /** Name of its container; empty where that can't be told. */
  readonly container: string;
  readonly tags: readonly string[];
}

/** A container, as far as a proof looks at it. */
export type SeenContainer = Pick<Container, "id" | "name" | "state" | "health" | "exitCode" | "labels">;

/** An instance of the agent, as far as a proof looks at it. */
export type SeenInstance = Pick<InstanceReport, "check" | "instance" | "tags" | "samples" | "error">;

/** What a host collects at one moment. */
export interface HostView {
  readonly containers: readonly SeenContainer[];
  /** What the generator has published. */
  readonly generated: readonly GeneratedInstance[];
  /** What the agent makes of it. */
  readonly agent: readonly SeenInstance[];
}

/**
 * Asks a host as `make status` does.
 * @throws ProcessError where it can't be reached.
 */
export async function viewHost(host: HostOutput): Promise<HostView> {
  const read = await readHost(host);
  const answer = (name: string): string => (read.answers.get(name) ?? noAnswer).text;
  const containers = readContainers(answer("containers"));
  const names = new Map(containers.map(({ id, name }) => [id, name]));
  const generated = readConfigFiles(answer("generated-files"), read.mark).flatMap(({ path, instances }) => {
    const check = checkOf(path);
    const id = /([0-9a-f]{64})\.yaml$/.exec(path)?.[1];
    return instances.map((instance): GeneratedInstance => {
      const settings = settingsOf(instance);
      const container = id === undefined ? "" : (names.get(id) ?? "");
      return { check, address: describeInstance(settings, check), id, container, tags: tagsOf(settings) };
    });
  });
  return { containers, generated, agent: reportHost(host.name, read).instances };
}
