import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { engineMountOf, readOnlyMount } from "../container";
import type { HostPaths } from "../names";
import { generatorPaths } from "../rendering";
import type { HostSettings } from "../settings";

/** The generator's own folder in memory, with its options. */
export const generatorTmpfs = { [generatorPaths.drafts]: "rw,noexec,nosuid,size=16m,mode=0700" };

/** The folders on the host with the generator's configuration and templates, each named by its content's hash. */
export interface GeneratorFolders {
  readonly configFolder: pulumi.Input<string>;
  readonly templatesFolder: pulumi.Input<string>;
}

/** The generator's mounts, without those in the settings. */
export function generatorMounts(
  host: HostSettings,
  paths: HostPaths,
  { configFolder, templatesFolder }: GeneratorFolders,
): (docker.types.input.ContainerMount & { readonly target: string })[] {
  return [
    engineMountOf(host),
    readOnlyMount(configFolder, generatorPaths.config),
    readOnlyMount(templatesFolder, generatorPaths.templates),
    ...(host.passwordFiles.length > 0 ? [readOnlyMount(paths.passwords, generatorPaths.passwords)] : []),
    { type: "bind", source: paths.generated, target: generatorPaths.generated, readOnly: false },
  ];
}
