import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { hostCommand } from "./commands";
import { type HostPaths, manifestFile, manifestOf, ownerLabels } from "../names";
import { makeFolder, quote, removeEmpty, removeFolder, writeFile } from "./script";
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
  return hostCommand(
    `${host.name}-files`,
    host,
    {
      create: [
        ...writableLines(host, [host.root, paths.generated]),
        makeFolder(paths.ownChecks),
        makeFolder(paths.passwords),
        ...Object.entries(folders).flatMap(([folder, files]) =>
          folderLines(folder, { ...files, [manifestFile]: manifestOf(files) }),
        ),
        ...firstConfigLines(paths.configs, first),
      ],
      // The user's own checks and password files stay; their folders go only where they are empty.
      delete: [
        ...unlessInUse(host),
        ...removeEmpty(paths.ownChecks, host.root),
        ...removeEmpty(paths.passwords, host.root),
        ...[...Object.keys(folders), paths.generated].map((folder) => removeFolder(folder, host.root)),
      ],
    },
    options,
  );
}

/**
 * Shell lines that end a delete script, with success, while containers of the host are there. When a host leaves the
 * stack, they go first; in a replacement of the files they are there, and the new files are what they use.
 */
export function unlessInUse({
  name,
  address,
  stackName,
}: Pick<HostSettings, "name" | "address" | "stackName">): string[] {
  const labels = Object.entries(ownerLabels({ stackName, name }, "agent"))
    .slice(0, 2)
    .map(([label, value]) => `--filter label=${quote(`${label}=${value}`)}`);
  const problem = `Host ${name} (${address}): the Docker engine does not answer, and nothing was removed. Start it, then run again.`;
  return [
    `containers=$(docker ps --all --quiet ${labels.join(" ")}) || { echo ${quote(problem)} >&2; exit 1; }`,
    '[ -z "$containers" ] || exit 0',
  ];
}

/** Shell lines that fail where a folder is there that the host's user can't write to; exported for their tests. */
export function writableLines(
  { name, address, user, root }: Pick<HostSettings, "name" | "address" | "user" | "root">,
  folders: readonly string[],
): string[] {
  const problem =
    "Docker has made it, for a container that mounts a folder below it. " +
    `Give it to the user (sudo chown -R ${user} ${root}), then run again.`;
  return folders.map(
    (folder) =>
      `if [ -e ${quote(folder)} ] && ! [ -w ${quote(folder)} ]; then echo ${quote(`Host ${name} (${address}): user ${user} can't write to ${folder}: ${problem}`)} >&2; exit 1; fi`,
  );
}

/** Shell lines that lay down a folder with files that only its owner may read. */
export function folderLines(folder: string, files: Files): string[] {
  const lines = Object.entries(files).map(([file, content]) => writeFile(file, content, "0400"));
  return [makeFolder(folder), `cd ${quote(folder)}`, ...lines];
}

/** From the first config on the generator owns the files: where one is already, it stays. */
function firstConfigLines(configs: string, first: Files): string[] {
  const folders = Object.keys(first).flatMap((file) => (file.includes("/") ? [file.slice(0, file.indexOf("/"))] : []));
  return [
    makeFolder(configs),
    `cd ${quote(configs)}`,
    ...folders.map(makeFolder),
    ...Object.entries(first).flatMap(([file, content]) => [
      `if ! [ -e ${quote(file)} ]; then`,
      writeFile(file, content, "0600"),
      "fi",
    ]),
  ];
}
