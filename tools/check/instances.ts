import { closest } from "fastest-levenshtein";

import { integrationNames, selectIntegrations } from "../../infra/integrations";
import type { ConfigFile } from "../status/config-files";
import type { Container } from "../containers/containers";
import { serviceOfTask } from "../status/swarm";
import { describeInstance, hostIn, settingsOf, tagsOf } from "../status/instance-settings";

/** An instance for a container in the agent's configs. */
export interface ContainerInstance {
  readonly check: string;
  /** Its file, below the agent's folder of configs. */
  readonly file: ConfigFile;
  /** Its index in the file, from 0. */
  readonly number: number;
  /** Its target, such as `172.18.0.5:6379`. */
  readonly address: string;
  readonly tags: readonly string[];
  /** Target hosts of the file's other instances, such as `172.18.0.6`, without this instance's own. */
  readonly others: readonly string[];
  /** Whether another instance in the file has all of this instance's tags. */
  readonly sharesTags: boolean;
}

/** Generation 7: a container's instances are in the files that are named by its id. */
export function instancesByContainerId(files: readonly ConfigFile[], id: string): ContainerInstance[] {
  return files.filter(({ path }) => path.endsWith(`/${id}.yaml`)).flatMap((file) => instancesIn(file));
}

/** Generation 5: a container's instances are those whose target is one of its addresses. */
export function instancesByAddress(files: readonly ConfigFile[], addresses: readonly string[]): ContainerInstance[] {
  return files.flatMap(instancesIn).filter(({ address }) => addresses.includes(hostIn(address)));
}

function instancesIn(file: ConfigFile): ContainerInstance[] {
  const check = /^(.*?)(?:\.d\/.*|\.yaml(?:\.default)?)$/.exec(file.path)?.[1] ?? file.path;
  const read = file.instances.map((instance) => {
    const settings = settingsOf(instance, file.hasHandles ? file.values : undefined);
    return { address: describeInstance(settings, check), tags: tagsOf(settings) };
  });
  return read.map(({ address, tags }, number) => {
    const rest = read.filter((_, index) => index !== number);
    return {
      check,
      file,
      number,
      address,
      tags,
      others: rest.map((one) => hostIn(one.address)).filter((host) => host !== hostIn(address)),
      sharesTags: rest.some((one) => tags.every((tag) => one.tags.includes(tag))),
    };
  });
}

/** Names of the checks that monitor containers. */
export const containerChecks: ReadonlySet<string> = new Set(
  selectIntegrations(integrationNames).flatMap(({ containers, check }) =>
    containers === undefined ? [] : Object.values(check),
  ),
);

/**
 * The container with a name, or whose id begins with the text, or the running task of a Swarm's service of that name;
 * undefined if there is none or more than one.
 */
export function findContainer(containers: readonly Container[], wanted: string): Container | undefined {
  const named = containers.find(({ name }) => name === wanted);
  if (named !== undefined) return named;
  const tasks = containers.filter(({ name, state }) => state === "running" && serviceOfTask(name) === wanted);
  if (tasks.length === 1) return tasks[0];
  const found = /^[0-9a-f]{6,64}$/.test(wanted) ? containers.filter(({ id }) => id.startsWith(wanted)) : [];
  return found.length === 1 ? found[0] : undefined;
}

/** The most names that are proposed. */
const mostProposed = 5;

/** Which names were probably meant: those with the wanted text in them, such as its beginning, or else the nearest one. */
export function nearestNames(wanted: string, names: readonly string[]): string {
  if (names.length === 0) return "no other container is there";
  const longer = names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (longer.length < 2) return `the nearest name is ${longer[0] ?? closest(wanted, names)}`;
  const more = longer.length > mostProposed ? ` and ${longer.length - mostProposed} more` : "";
  return `the nearest names are ${longer.slice(0, mostProposed).join(", ")}${more}`;
}
