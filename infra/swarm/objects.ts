import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { secretsFolder } from "../generations";
import { apiKeyFile, contentHash, secretsFingerprint } from "../names";
import { withFinalNewlines } from "../host";
import type { SwarmSettings } from "../settings";
import { scriptText } from "../shell";
import { makeWay } from "./leftovers";
import { stackLabel } from "./names";
import type { SwarmPlacement } from "./placement";

/** A config or a secret as a service mounts it. */
export interface MountedObject {
  readonly id: pulumi.Output<string>;
  /** Its name in the Swarm; it changes with the content. */
  readonly name: pulumi.Output<string>;
  /** The file's absolute path in the container. */
  readonly target: string;
}

/** Old ones stay until the services run without them: the engine may roll back to them. The gate removes them then. */
const kept = { deleteBeforeReplace: false, retainOnDelete: true } as const;

/**
 * A script that lays down files in a folder of a container when it starts, as a config of the Swarm. All files are one object,
 * so the number of connections does not depend on theirs.
 * @param part of the service, such as `templates`.
 * @param target the script's absolute path in the container.
 */
export function createFilesConfig(
  swarm: SwarmSettings,
  {
    part,
    folder,
    files,
    target,
  }: { part: string; folder: string; files: Readonly<Record<string, string>>; target: string },
  { parent, provider, dependsOn }: SwarmPlacement,
): MountedObject {
  const script = scriptText({
    files: ["files"],
    calls: [["lay_down", folder, ...Object.entries(withFinalNewlines(files)).flat()]],
  });
  const name = `datadog-gen-${part}-${contentHash({ script })}`;
  const resource = new docker.ServiceConfig(
    `swarm-generator-${part}`,
    { name, dataRaw: script, labels: labelsOf(swarm) },
    {
      parent,
      provider,
      dependsOn: [...dependsOn],
      ...kept,
      hooks: makeWay("config", name, swarm, `swarm-generator-${part}`),
    },
  );
  return { id: resource.id, name: pulumi.output(name), target };
}

/**
 * A file that a container gets as it is, as a config of the Swarm.
 * @param file its resource, its content, and its absolute path in the container.
 */
export function createFileConfig(
  swarm: SwarmSettings,
  { resource, text, target }: { resource: string; text: string; target: string },
  { parent, provider, dependsOn }: SwarmPlacement,
): MountedObject {
  const name = `dd-agent-file-${contentHash({ [target]: text })}`;
  const config = new docker.ServiceConfig(
    resource,
    { name, dataRaw: text, labels: labelsOf(swarm) },
    { parent, provider, dependsOn: [...dependsOn], ...kept, hooks: makeWay("config", name, swarm, resource) },
  );
  return { id: config.id, name: pulumi.output(name), target };
}

/** The API key and the agent's further secrets, as secrets of the Swarm. */
export function createAgentSecrets(swarm: SwarmSettings, placement: SwarmPlacement): MountedObject[] {
  const { apiKey, agentSecrets } = swarm.node;
  const others = Object.entries(agentSecrets).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = (of: pulumi.Output<string>): pulumi.Output<string> => pulumi.unsecret(of);
  return [
    createSecret(swarm, placement, {
      resource: "swarm-api-key",
      file: apiKeyFile,
      value: apiKey.apply((key) => `${key}\n`),
      name: fingerprint(apiKey.apply((key) => `dd-agent-api-key-${secretsFingerprint(key)}`)),
    }),
    ...others.map(([variable, value]) =>
      createSecret(swarm, placement, {
        resource: `swarm-secret-${variable}`,
        file: variable,
        value,
        name: fingerprint(
          pulumi
            .all([apiKey, value])
            .apply(([key, text]) => `dd-agent-secret-${secretsFingerprint(key, { [variable]: text })}`),
        ),
      }),
    ),
  ];
}

interface SecretArgs {
  /** The resource's name. */
  readonly resource: string;
  /** Name of the file in the agent's container. */
  readonly file: string;
  readonly value: pulumi.Output<string>;
  /** Its name in the Swarm. */
  readonly name: pulumi.Output<string>;
}

function createSecret(
  swarm: SwarmSettings,
  { parent, provider, dependsOn }: SwarmPlacement,
  { resource, file, value, name }: SecretArgs,
): MountedObject {
  const secret = new docker.Secret(
    resource,
    { name, data: pulumi.secret(value.apply(base64)), labels: labelsOf(swarm) },
    { parent, provider, dependsOn: [...dependsOn], ...kept, hooks: makeWay("secret", name, swarm, resource) },
  );
  return { id: secret.id, name, target: `${secretsFolder}/${file}` };
}

function labelsOf({ node }: SwarmSettings): { label: string; value: string }[] {
  return [{ label: stackLabel, value: node.stackName }];
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
