import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { hostCommand } from "./host-commands";
import { makeFolder, quote, removeFolder, writeFile } from "./host-script";
import type { HostSettings } from "./settings/hosts";

/** A folder of the host whose name stands for its content. */
export interface HostFolderArgs {
  /** Absolute path; another content has another path. */
  readonly path: pulumi.Input<string>;
  /** The files' contents by name. */
  readonly files: pulumi.Input<Readonly<Record<string, string>>>;
  /** Rights of the files. Default: 0400. */
  readonly mode?: string;
}

/**
 * Lays down a folder once and never changes it: other content is another folder, which the containers are
 * replaced to use, and the old one goes when nothing uses it any more.
 */
export function hostFolder(
  name: string,
  host: HostSettings,
  { path, files, mode = "0400" }: HostFolderArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  return hostCommand(
    name,
    host,
    {
      create: pulumi
        .all([path, files])
        .apply(([folder, contents]) => [
          makeFolder(folder),
          ...Object.entries(contents).map(([file, content]) => writeFile(`${folder}/${file}`, content, mode)),
        ]),
      delete: pulumi.output(path).apply((folder) => `sh -c ${quote(removeFolder(folder, host.root))}`),
      triggers: [path],
    },
    options,
  );
}
