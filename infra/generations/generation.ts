import type { GenerationNumber, Integration } from "../integrations";
import type { HostSettings } from "../settings";

/** A health check as a container has it. */
export interface HealthCheck {
  readonly test: string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startSeconds: number;
}

/** Where an agent finds its API key and its further secrets. */
export const secretsFolder = "/run/secrets/datadog";

/** What sets one generation of the agent apart from the other. */
export interface Generation {
  readonly number: GenerationNumber;
  /** The image where the settings name none. */
  readonly defaultImage: string;
  /** Quiet time after a container event where the settings name none. */
  readonly defaultQuiet: string;
  /** The file, below the folder of generated configs, that the agent reads for a check. */
  configFile(check: string): string;
  /**
   * The folder, below that of generated configs, where each instance of a check has a file of its own; undefined where
   * the agent reads one file a check.
   */
  instanceFolder(check: string): string | undefined;
  /** What a config without instances says: each generation refuses what the other takes. */
  readonly withoutInstances: string;
  /** The signal that makes it read its configs again; undefined where it looks for itself. */
  readonly reloadSignal: number | undefined;
  /** Whether it watches containers with `com.datadoghq.ad.*` labels by itself. */
  readonly watchesAnnotated: boolean;
  /** The folders of generated configs by where the agent wants them: below the host's folder, and in the container. */
  configMounts(integrations: readonly Integration[]): readonly { readonly folder: string; readonly target: string }[];
  /** Folders in the container that hold what the image collects without being asked: an empty one goes over each. */
  hiddenFolders(host: HostSettings, integrations: readonly Integration[]): readonly string[];
  /** Whether the agent copies into the folder of its configs, so that it has to be able to write there. */
  readonly writesConfigs: boolean;
  /** Files in the image that a mount over the folder of configs would hide, as a pattern; undefined where there are none. */
  readonly bundledConfigs: { readonly folder: string; readonly pattern: string } | undefined;
  /** Why a version of the agent won't do, to be read after the image; undefined where it will. */
  refusesVersion(version: { readonly major: number; readonly minor: number }): string | undefined;
  /** What its checks do that the settings can't keep them from, as a sentence for those who run it. */
  warnings(host: HostSettings, integrations: readonly Integration[]): readonly string[];
  /** Its environment: names and forms as in its own documentation. */
  environment(host: HostSettings, integrations: readonly Integration[]): Record<string, string>;
  /** Why a variable can't be given to it as a secret, and what to do, to be read after the key; undefined where it can. */
  refusesSecret(variable: string): string | undefined;
  readonly healthCheck: HealthCheck;
}
