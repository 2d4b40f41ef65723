import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { hostCommand, hostValues } from "./commands";
import { type HostPaths, manifestFile, manifestOf, ownerLabels } from "../names";
import { type Call, type HostScript, inOneScript } from "../shell";
import type { HostSettings } from "../settings";

type Files = Readonly<Record<string, string>>;

/** What lies on a host that is no secret. */
export interface FilesArgs {
  readonly paths: HostPaths;
  /** Folders named by their content, by path: they are laid down once and never changed. */
  readonly folders: Readonly<Record<string, Files>>;
  /** First configs, by path below the folder of generated files. */
  readonly first: Files;
}

/**
 * The folders and files of a host. Other content is another folder, which the containers are replaced to use;
 * `createCleanup` takes the old one away when nothing uses it any more.
 */
export function createFiles(
  host: HostSettings,
  { paths, folders, first }: FilesArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { root } = host;
  return hostCommand(
    `${host.name}-files`,
    host,
    {
      create: inOneScript(writableScript(host, [root, paths.generated]), {
        files: ["files"],
        calls: [
          ["make_folder", paths.ownChecks],
          ["make_folder", paths.passwords],
          ...Object.entries(folders).map(([folder, files]): Call => [
            "lay_down",
            folder,
            ...contents({ ...files, [manifestFile]: manifestOf(files) }),
          ]),
          // From the first config on the generator owns the files.
          ["lay_down_first", paths.configs, ...contents(first)],
        ],
      }),
      // The user's own checks and password files stay; their folders go only where they are empty.
      delete: inOneScript(unlessInUse(host), {
        calls: [
          ["remove_empty", root, paths.ownChecks, paths.passwords],
          ["remove_folder", root, ...Object.keys(folders), paths.generated],
        ],
      }),
    },
    options,
  );
}

/**
 * The start of a delete script, which it ends, with success, while containers of the host are there. When a host leaves the
 * stack, they go first; in a replacement of the files they are there, and the new files are what they use.
 */
export function unlessInUse(host: Pick<HostSettings, "name" | "address" | "stackName">): HostScript {
  const labels = Object.entries(ownerLabels(host, "agent")).slice(0, 2);
  return {
    files: ["fail", "containers-with", "removal"],
    values: hostValues(host),
    calls: [["unless_in_use", ...labels.map(([label, value]) => `${label}=${value}`)]],
  };
}

/** Fails where a folder is there that the host's user can't write to. */
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

/** Names and contents in turn; each content ends with a line end. */
function contents(files: Files): string[] {
  return Object.entries(files).flatMap(([file, content]) => [file, content.replace(/\n?$/, "\n")]);
}
