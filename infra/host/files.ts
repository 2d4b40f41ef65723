import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { hostCommand, hostValues } from "./commands";
import { removalScript } from "./removal";
import { type HostPaths, manifestFile, manifestOf } from "../names";
import { type Call, type HostScript, inOneScript } from "../shell";
import type { HostSettings } from "../settings";

type Files = Readonly<Record<string, string>>;

/** Arguments of {@link createFiles}. None of the files holds a secret. */
export interface FilesArgs {
  readonly paths: HostPaths;
  /** Folders by path, each named by the hash of its content. They are written once and never changed. */
  readonly folders: Readonly<Record<string, Files>>;
  /** First configs, by path below the config folder. */
  readonly first: Files;
  /** A script that creates further files and folders next to these. */
  readonly further: HostScript;
}

/**
 * Creates the folders and files of a host. Changed content gets a new folder, and the containers are replaced to use it.
 * `createCompletion` removes the old folder once nothing uses it any more.
 */
export function createFiles(
  host: HostSettings,
  { paths, folders, first, further }: FilesArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { root } = host;
  return hostCommand(
    `${host.name}-files`,
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
              ...withManifest(withFinalNewlines(files)),
            ]),
            // An existing config is not overwritten: it belongs to the generator.
            ["lay_down_first", paths.configs, ...Object.entries(withFinalNewlines(first)).flat()],
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
    options,
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

/** The files, each ending with a newline. */
export function withFinalNewlines(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [file, content.replace(/\n?$/, "\n")]));
}

/** A flat list of arguments: name and content of each file, then of the manifest that lists them. */
export function withManifest(files: Files): string[] {
  return Object.entries({ ...files, [manifestFile]: manifestOf(files) }).flat();
}
