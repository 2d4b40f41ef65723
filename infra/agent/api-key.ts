import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { folderLines, hostCommand, removeFolder } from "../host";
import { apiKeyFile, type HostPaths, keyFingerprint } from "../names";
import type { HostSettings } from "../settings";

/** The API key of a host's agent, in a file that the host's user and the agent alone can read. */
export function createApiKey(
  host: HostSettings,
  paths: HostPaths,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  return hostCommand(
    `${host.name}-api-key`,
    host,
    {
      create: host.apiKey.apply((key) => folderLines(paths.apiKey(keyFingerprint(key)), { [apiKeyFile]: key })),
      delete: [removeFolder(paths.secrets, host.root)],
    },
    options,
  );
}
