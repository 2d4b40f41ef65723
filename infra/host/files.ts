import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { hostCommand, hostValues } from "./commands";
import { keptApart, removalScript } from "./removal";
import { type HostPaths, manifestFile, manifestOf } from "../names";
import { type Call, type HostScript, inOneScript } from "../shell";
import type { HostSettings } from "../settings";

type Files = Readonly<Record<string, string>>;

/** The files on a host, without secrets. */
export interface FilesArgs {
  readonly paths: HostPaths;
  /** Folders named by their content, by path: they are written once and never changed. */
  readonly folders: Readonly<Record<string, Files>>;
  /** First configs, by path below the folder of generated files. */
  readonly first: Files;
  /** Makes further files and folders next to these. */
  readonly further: HostScript;
}

/**
 * The folders and files of a host. Changed content gets a new folder, and the containers are replaced to use it.
 * `createCompletion` removes the old folder once nothing uses it any more.
 */
export function createFiles(
  host: HostSettings,
  { paths, folders, first, further }: FilesArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { root } = host;
  const name = `${host.name}-files`;
  return hostCommand(
    name,
    host,
    {
      create: inOneScript(
        writableScript(host, [root, paths.generated]),
        {
          files: ["files"],
          calls: [
            ["make_folder", paths.ownChecks],
            ["make_folder", paths.passwords],
            ...Object.entries(folders).map(([folder, files]): Call => [
              "lay_down",
              folder,
              ...withManifest(wholeLines(files)),
            ]),
            // Once a config exists, it belongs to the generator.
            ["lay_down_first", paths.configs, ...Object.entries(wholeLines(first)).flat()],
          ],
        },
        further,
      ),
      // The user's own checks and password files stay; their folders are removed only if they are empty.
      delete: removalScript(host, {
        ifEmpty: [paths.ownChecks, paths.passwords],
        folders: [...Object.keys(folders), paths.generated],
      }),
    },
    { ...options, ...keptApart(name, host, paths.generatorConfigs) },
  );
}

/** Fails if a folder exists that the host's user can't write to. */
export function writableScript(
  host: Pick<HostSettings, "name" | "address" | "user" | "root">,
  folders: readonly string[],
): HostScript {
  return {
    files: ["fail", "files"],
    values: hostValues(host),
    calls: [["must_be_writable", host.user, host.root, ...folders]],
  };
}

/** The files, each with a line end after its last line. */
export function wholeLines(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [file, content.replace(/\n?$/, "\n")]));
}

/** Name and content of each file in turn, then of a manifest that lists them. */
export function withManifest(files: Files): string[] {
  return Object.entries({ ...files, [manifestFile]: manifestOf(files) }).flat();
}
