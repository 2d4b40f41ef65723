import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { secretsFolder } from "../generations";
import { folderLines, hostCommand, removeFolder, unlessInUse, writeExactly } from "../host";
import { apiKeyFile, type HostPaths, manifestFile, secretManifestOf, secretsFingerprint } from "../names";
import type { HostSettings } from "../settings";

/** The folder of a host's secrets: another one once any of them has changed, so that the agent is replaced to read it. */
export function agentSecretsFolder(host: HostSettings, paths: HostPaths): pulumi.Output<string> {
  const folder = secretsOf(host).apply(({ apiKey, others }) => paths.secretsFolder(secretsFingerprint(apiKey, others)));
  return pulumi.unsecret(folder);
}

/**
 * The API key of a host's agent and its further secrets, each in a file that the host's user and the agent alone can
 * read.
 */
export function createSecrets(
  host: HostSettings,
  paths: HostPaths,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = secretsOf(host).apply(({ apiKey, others }) => {
    const folder = paths.secretsFolder(secretsFingerprint(apiKey, others));
    return [
      ...folderLines(folder, {
        [apiKeyFile]: apiKey,
        [manifestFile]: secretManifestOf([apiKeyFile, ...Object.keys(others)]),
      }),
      ...Object.entries(others).map(([variable, value]) => writeExactly(variable, value, "0400")),
    ];
  });
  return hostCommand(
    `${host.name}-api-key`,
    host,
    { create, delete: [...unlessInUse(host), removeFolder(paths.secrets, host.root)] },
    options,
  );
}

/** What stands in the agent's environment in place of its further secrets: where it finds each of them. */
export function secretHandles(host: HostSettings): Record<string, string> {
  return Object.fromEntries(
    Object.keys(host.agentSecrets).map((variable) => [variable, `ENC[file@${secretsFolder}/${variable}]`]),
  );
}

function secretsOf(host: HostSettings): pulumi.Output<{ apiKey: string; others: Record<string, string> }> {
  const sorted = Object.entries(host.agentSecrets).sort(([a], [b]) => (a < b ? -1 : 1));
  return pulumi.secret(pulumi.output({ apiKey: host.apiKey, others: Object.fromEntries(sorted) }));
}
