import type { GenerationNumber, Integration } from "../integrations";
import type { HostSettings } from "../settings";

/** The health check of a container. */
export interface HealthCheck {
  readonly test: string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startSeconds: number;
}

/** The folder in the agent's container with the API key and further secrets. */
export const secretsFolder = "/run/secrets/datadog";

/** The properties in which the agent's generations differ. */
export interface Generation {
  readonly number: GenerationNumber;
  /** The default image. */
  readonly defaultImage: string;
  /** The default quiet time after a container event. */
  readonly defaultQuiet: string;
  /** The file, below the folder of generated configs, that the agent reads for a check. */
  configFile(check: string): string;
  /**
   * The folder, below that of generated configs, with one file for each instance of a check; undefined if the agent
   * reads one file for each check.
   */
  instanceFolder(check: string): string | undefined;
  /** The text in place of instances if there are none: each generation refuses what the other accepts. */
  readonly withoutInstances: string;
  /** The signal that makes it reload its configs; undefined if it polls them. */
  readonly reloadSignal: number | undefined;
  /** Whether it runs the checks that containers ask for by `com.datadoghq.ad.*` labels. */
  runsAnnotated(host: Pick<HostSettings, "discovery">): boolean;
  /** The mounts of generated configs: the folder below the host's folder of configs, and the target in the container. */
  configMounts(integrations: readonly Integration[]): readonly { readonly folder: string; readonly target: string }[];
  /** Folders in the container with configs of the image that must not run; an empty folder is mounted over each. */
  hiddenFolders(host: HostSettings, integrations: readonly Integration[]): readonly string[];
  /** Whether the agent needs write access to the folder of its configs, because it copies files there. */
  readonly writesConfigs: boolean;
  /** Files in the image that the mount of the configs hides, as a pattern; undefined if there are none. */
  readonly bundledConfigs: { readonly folder: string; readonly pattern: string } | undefined;
  /** Why an image is not this generation's, by its name, and what to do, to be read after the image; undefined if it may be. */
  refusesImage(image: string): string | undefined;
  /** Why a version of the agent is not supported, to be read after the image; undefined if it is. */
  refusesVersion(version: { readonly major: number; readonly minor: number }): string | undefined;
  /** Warnings about risks that the settings can't remove, one sentence each. */
  warnings(host: HostSettings, integrations: readonly Integration[]): readonly string[];
  /** Its environment variables, as in its own documentation. */
  environment(host: HostSettings, integrations: readonly Integration[]): Record<string, string>;
  /** Those of them that it takes together with the stack's own values. */
  readonly completesVariables: readonly string[];
  /** Why the settings can't give the agent a variable, and what to do, to be read after the key; undefined if they can. */
  refusesVariable(variable: string, host: HostSettings): string | undefined;
  /** Why a variable can't be a secret, and what to do, to be read after the key; undefined if it can. */
  refusesSecret(variable: string): string | undefined;
  readonly healthCheck: HealthCheck;
}
