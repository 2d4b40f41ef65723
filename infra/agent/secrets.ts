import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { secretsFolder } from "../generations";
import { hostCommand, removalScript, withFinalNewlines, withManifest, writableScript } from "../host";
import { apiKeyFile, type HostPaths, secretsFingerprint } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

/** The folder of a host's secrets. A changed secret gets a new folder, so that the agent is replaced and reads it. */
export function agentSecretsFolder(host: HostSettings, paths: HostPaths): pulumi.Output<string> {
  const folder = secretsOf(host).apply(({ apiKey, others }) => paths.secretsFolder(secretsFingerprint(apiKey, others)));
  return pulumi.unsecret(folder);
}

/**
 * The API key of a host's agent and its further secrets, each in a file that only the host's user and the agent can read.
 */
export function createSecrets(
  host: HostSettings,
  paths: HostPaths,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = secretsOf(host).apply((secrets) =>
    inOneScript(writableScript(host, [paths.secrets]), secretsScript(paths, secrets)),
  );
  return hostCommand(
    `${host.name}-api-key`,
    host,
    { create, delete: removalScript(host, { folders: [paths.secrets] }) },
    options,
  );
}

/** Writes the files of some secrets; exported for its tests. */
export function secretsScript(paths: HostPaths, { apiKey, others }: Secrets): HostScript {
  const folder = paths.secretsFolder(secretsFingerprint(apiKey, others));
  // Agents remove the line end of the key, but not of other secrets.
  const files = { ...withFinalNewlines({ [apiKeyFile]: apiKey }), ...others };
  return { files: ["files"], calls: [["lay_down", folder, ...withManifest(files)]] };
}

/** The handles that the agent's environment has instead of its further secrets. */
export function secretHandles(host: HostSettings): Record<string, string> {
  return Object.fromEntries(
    Object.keys(host.agentSecrets).map((variable) => [variable, `ENC[file@${secretsFolder}/${variable}]`]),
  );
}

interface Secrets {
  readonly apiKey: string;
  /** By the agent's variable that holds it. */
  readonly others: Readonly<Record<string, string>>;
}

function secretsOf(host: HostSettings): pulumi.Output<Secrets> {
  const sorted = Object.entries(host.agentSecrets).sort(([a], [b]) => (a < b ? -1 : 1));
  return pulumi.secret(pulumi.output({ apiKey: host.apiKey, others: Object.fromEntries(sorted) }));
}
