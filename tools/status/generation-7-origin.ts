import { secretsIn } from "../shared/secrets";
import type { ShownInstance } from "./configcheck";
import { holdsHandle, type ConfigFile } from "./config-files";
import type { HostContext } from "./generation-status";
import { textsIn } from "../shared/values";
import { readYaml } from "./yaml";

/** The folder of configs in the agent's container. */
export const folder = "/etc/datadog-agent/conf.d";

/** Where an instance came from. */
export interface Origin {
  readonly container: string;
  readonly secrets: readonly string[];
  /** The values that may be shown; undefined if the agent can't have resolved anything. */
  readonly resolvedFrom: ReadonlySet<string> | undefined;
}

/** Where an instance came from: a container's labels, or a file. */
export function originOf({ check, source }: ShownInstance, context: HostContext): Origin {
  const labelled = /^(?:container|docker):.*?([0-9a-f]{64})/.exec(source)?.[1];
  if (labelled !== undefined) {
    const labels = context.discoveryLabels(labelled);
    const values = labels.map(readYaml).map((read) => ("value" in read ? read.value : undefined));
    return {
      container: context.containerName(labelled) ?? "",
      secrets: secretsIn(values),
      resolvedFrom: labels.some(holdsHandle) ? new Set(textsIn(values)) : undefined,
    };
  }
  const files = filesOf(check, source, context);
  return {
    container: containerOf(source, context),
    secrets: files.flatMap(({ secrets }) => secrets),
    resolvedFrom: files.some(({ hasHandles }) => hasHandles)
      ? new Set(files.flatMap(({ values }) => [...values]))
      : undefined,
  };
}

/** The file that an instance came from; all files of its check if the agent does not say which. */
export function filesOf(check: string, source: string, { agentFiles }: HostContext): ConfigFile[] {
  const exact = agentFiles.filter(({ path }) => source === sourceOf(path));
  return exact.length > 0 ? exact : agentFiles.filter(({ path }) => checkOf(path) === check);
}

/** The container whose id is a file's name; empty if the file has another name. */
export function containerOf(path: string, context: HostContext): string {
  const id = /([0-9a-f]{64})\.yaml$/.exec(path)?.[1];
  return id === undefined ? "" : (context.containerName(id) ?? `a container that is gone (${id.slice(0, 12)})`);
}

/** The agent's name for a file, as the source of an instance. */
export function sourceOf(path: string): string {
  return `file:${folder}/${path}`;
}

/** The check of a file: redisdb for both `redisdb.d/….yaml` and `redisdb.yaml`. */
export function checkOf(path: string): string {
  return /^(.*?)(?:\.d\/.*|\.yaml)$/.exec(path)?.[1] ?? path;
}
