import { HostPaths, manifestFile } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import { type Call, quote, withValues } from "../../infra/shell";
import type { ExpectedHost } from "./expected";

/** How long a container may take to list what it sees, in seconds: anybody's program may run in it. */
const mostSeconds = 3;

/** How long the engine may take for one answer, in seconds. */
const engineSeconds = 8;

/**
 * What is read of each container, as one line; of ours also the limits. None of its environment: there may be secrets in it.
 * Fields are named as in Docker's own types: for others docker would read the answer in another way, in which what is
 * missing is an error.
 */
const containerFormat = [
  'container\t{"id":{{json .ID}},"name":{{json .Name}},"hostname":{{json .Config.Hostname}},"image":{{json .Config.Image}},"status":{{json .State.Status}}',
  '"exitCode":{{json .State.ExitCode}},"stack":{{json (index .Config.Labels "datadog-hosts.stack")}}',
  '"imageId":{{json .Image}},"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}""{{end}}',
  '"restart":{{json .HostConfig.RestartPolicy.Name}},"memory":{{json .HostConfig.Memory}}',
  '"limits":{{if index .Config.Labels "datadog-hosts.stack"}}{{json .HostConfig}}{{else}}{}{{end}}',
  '"networks":{{json .NetworkSettings.Networks}}}',
].join(",");

/** What is read of each of its mounts: whether the container runs, its id, the mount's source and target. */
const mountFormat =
  '{{range .Mounts}}{{if eq .Type "bind"}}\nmount\t{{$.State.Running}}\t{{$.ID}}\t{{.Source}}\t{{.Destination}}{{end}}{{end}}';

/** The folders that each script of the state makes something in. */
const madeBy: Readonly<Record<string, readonly string[]>> = {
  files: ["config/datadog-gen", "templates/datadog-gen", "generated", "generated/datadog"],
  "api-key": ["secrets/dd-agent"],
};

/** Those that hold a folder which is named by its content and lists its files. */
const listing = ["config/datadog-gen", "templates/datadog-gen", "secrets/dd-agent"];

/** Folders for the user's own files: if they are missing, they are created empty. */
const ownFolders = ["config/dd-agent/conf.d", "config/secrets"];

/**
 * A shell script that tells what is on a host, in lines of fields with tabs between; `readFacts` reads them. It changes
 * nothing.
 */
export function lookScript(host: ExpectedHost): string {
  const { root, containers, images, lacking } = host;
  const asksEngine = containers.length + images.length + lacking.length > 0;
  const names = [...new Set([...images.map(({ name }) => name), ...containers.map(({ image }) => image)])];
  return [
    "set -u\n",
    withValues(["look-files", ...(asksEngine ? ["ask", "look-containers"] : [])], {
      root,
      manifest: manifestFile,
      ...(asksEngine && containerValues(host)),
    }),
    // The contents of a folder that the user can't enter would look as if they were gone.
    ["if root_is_open; then", ":", ...fileCalls(host).map(line), "fi\n"].join("\n"),
    asksEngine ? `${line(["containers_and", ...names])}\n` : "",
    "echo done\n",
  ].join("");
}

function line(call: Call): string {
  return call.map(quote).join(" ");
}

/** The paths that have to exist, unchanged, closed to others and writable. */
function fileCalls(host: ExpectedHost): Call[] {
  const { root, configs, scripts, manifests } = host;
  const below = (folders: readonly string[]): string[] => folders.map((folder) => `${root}/${folder}`);
  const made = below(scripts.flatMap((role) => madeBy[role] ?? []));
  const mounted = host.containers
    .flatMap(({ mounts }) => mounts.map(({ source }) => source))
    // The kernel's own are always there.
    .filter((source) => !/^\/(proc|sys)(\/|$)/.test(source));
  const own = manifests !== undefined && scripts.includes("files") ? below(ownFolders) : [];
  const paths = [...new Set([...made, ...mounted, ...own])];
  const listings = manifests === undefined ? [] : paths.filter((path) => isListing(host, path));
  const published = paths.filter((path) => path.startsWith(`${root}/generated/`));
  // Applications run as any user, and look for a socket there.
  const { sockets } = new HostPaths(root);
  const above = [root, ...below(["config", "templates", "secrets"])].filter((folder) =>
    made.some((path) => path.startsWith(`${folder}/`)),
  );
  return [
    ...call(
      ["paths_are_there"],
      paths.filter((path) => !listings.includes(path)),
    ),
    ...listings.map((path): Call => {
      const list = manifests?.get(path);
      return ["is_as_listed", path, ...(list === undefined ? [] : [list.trimEnd()])];
    }),
    ...(manifests === undefined
      ? []
      : [
          ...call(["are_closed", "700 *"], listings),
          ...call(["are_closed", "*00 *"], [...published.filter((path) => path !== sockets), ...own]),
          ...call(["are_closed", "*[0145] *"], [...above, ...made, ...published.filter((path) => path === sockets)]),
        ]),
    ...call(["files_are_there"], configs),
    ...call(["are_writable"], [...above, ...made, ...published]),
  ];
}

/** Whether a folder lists its files. */
function isListing({ root }: ExpectedHost, path: string): boolean {
  return listing.some((folder) => path.startsWith(`${root}/${folder}/`));
}

/** A call with some paths, each once; none where there are no paths. */
function call(begin: Call, paths: readonly string[]): Call[] {
  return paths.length === 0 ? [] : [[...begin, ...new Set(paths)]];
}

/** The program that compares the generator's published files with those in its folder. Exported for its tests. */
export function publishedScript(paths: Readonly<Record<"drafts" | "generated", string>>): string {
  return withValues(["look-published"], paths);
}

function containerValues({ containers }: ExpectedHost): Record<string, string> {
  const { drafts, generated } = generatorPaths;
  return {
    ours: containers.map(({ id }) => id).join(" "),
    generator: containers.find(({ generates }) => generates)?.id ?? "none",
    networks: containers.some(({ networks }) => networks.length > 0) ? "yes" : "no",
    container_format: containerFormat + mountFormat,
    look_published: publishedScript({ drafts, generated }),
    most_seconds: String(mostSeconds),
    engine_seconds: String(engineSeconds),
  };
}
