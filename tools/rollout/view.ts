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
  /** Its target, such as `172.18.0.5:6379`. */
  readonly address: string;
  /** Id of its container; undefined if one file holds the instances of all containers. */
  readonly id: string | undefined;
  /** Name of its container; empty if unknown. */
  readonly container: string;
  readonly tags: readonly string[];
}

/** The properties of a container that a proof uses. */
export type ContainerView = Pick<Container, "id" | "name" | "state" | "health" | "exitCode" | "labels">;

/** The properties of an agent's instance that a proof uses. */
export type InstanceView = Pick<InstanceReport, "check" | "instance" | "tags" | "samples" | "error">;

/** What a host collects at one moment. */
export interface HostView {
  readonly containers: readonly ContainerView[];
  /** The instances in the configs that the generator has published. */
  readonly generated: readonly GeneratedInstance[];
  /** The instances that the agent runs. */
  readonly agent: readonly InstanceView[];
}

/**
 * Reads what a host collects, in the same way as `make status`.
 * @throws ProcessError if the host can't be reached.
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
