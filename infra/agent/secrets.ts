import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { secretsFolder } from "../generations";
import { hostCommand, keptApart, removalScript, wholeLines, withManifest, writableScript } from "../host";
import { apiKeyFile, type HostPaths, secretsFingerprint } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

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
  const name = `${host.name}-api-key`;
  const create = secretsOf(host).apply((secrets) =>
    inOneScript(writableScript(host, [paths.secrets]), secretsScript(paths, secrets)),
  );
  return hostCommand(
    name,
    host,
    { create, delete: removalScript(host, { folders: [paths.secrets] }) },
    { ...options, ...keptApart(name, host, paths.secrets) },
  );
}

/** Lays down the files of some secrets; exported for its tests. */
export function secretsScript(paths: HostPaths, { apiKey, others }: Secrets): HostScript {
  const folder = paths.secretsFolder(secretsFingerprint(apiKey, others));
  // Agents take the key's line end away, and nothing of the others.
  const files = { ...wholeLines({ [apiKeyFile]: apiKey }), ...others };
  return { files: ["files"], calls: [["lay_down", folder, ...withManifest(files)]] };
}

/** What stands in the agent's environment in place of its further secrets: where it finds each of them. */
export function secretHandles(host: HostSettings): Record<string, string> {
  return Object.fromEntries(
    Object.keys(host.agentSecrets).map((variable) => [variable, `ENC[file@${secretsFolder}/${variable}]`]),
  );
}

interface Secrets {
  readonly apiKey: string;
  /** By the variable of the agent that gets it. */
  readonly others: Readonly<Record<string, string>>;
}

function secretsOf(host: HostSettings): pulumi.Output<Secrets> {
  const sorted = Object.entries(host.agentSecrets).sort(([a], [b]) => (a < b ? -1 : 1));
  return pulumi.secret(pulumi.output({ apiKey: host.apiKey, others: Object.fromEntries(sorted) }));
}
