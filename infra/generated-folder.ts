import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { hostCommand } from "./host-commands";
import type { HostPaths } from "./host-paths";
import { makeFolder, quote, removeEmpty, removeFolder, writeFile } from "./host-script";
import type { HostSettings } from "./settings/hosts";

/**
 * The folder that the generator writes and the agent reads, with a first config for each integration.
 * From then on the generator owns the files: where one is already, it stays.
 */
export function createGeneratedFolder(
  host: HostSettings,
  { paths, first }: { paths: HostPaths; first: Readonly<Record<string, string>> },
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const folders = Object.keys(first).map((file) => file.slice(0, file.indexOf("/")));
  return hostCommand(
    `${host.name}-generated`,
    host,
    {
      create: [
        makeFolder(paths.ownChecks),
        makeFolder(paths.generated),
        `cd ${quote(paths.generated)}`,
        ...folders.map(makeFolder),
        ...Object.entries(first).flatMap(([file, content]) => [
          `if ! [ -e ${quote(file)} ]; then`,
          writeFile(file, content, "0600"),
          "fi",
        ]),
        // The config of an integration that the stack no longer lists.
        `for folder in *; do case $folder in ${folders.join("|")}) ;; *) rm -rf "$folder" ;; esac; done`,
      ],
      // The user's own checks stay; their folder goes only where it is empty.
      delete: `sh -c ${quote([...removeEmpty(paths.ownChecks, host.root), removeFolder(paths.generated, host.root)].join("\n"))}`,
    },
    options,
  );
}
