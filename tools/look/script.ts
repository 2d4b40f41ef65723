import { HostPaths, manifestFile } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import { quote } from "../shared/questions";
import type { ExpectedHost } from "./expected";

/** How long one container may take to say what it sees, in seconds: what runs in it may be anybody's. */
const mostSeconds = 3;

/** How long the engine may take for one answer, in seconds. */
const engineSeconds = 8;

/**
 * What is read of each container, as one line; of ours also the limits. None of its environment: there may be secrets in it.
 * Fields are named as in Docker's own types: for others docker would read the answer in another way, in which what is
 * missing is an error.
 */
const containerFormat = [
  'container\t{"id":{{json .ID}},"name":{{json .Name}},"image":{{json .Config.Image}},"status":{{json .State.Status}}',
  '"exitCode":{{json .State.ExitCode}},"stack":{{json (index .Config.Labels "datadog-hosts.stack")}}',
  '"imageId":{{json .Image}},"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}""{{end}}',
  '"restart":{{json .HostConfig.RestartPolicy.Name}},"memory":{{json .HostConfig.Memory}}',
  '"limits":{{if index .Config.Labels "datadog-hosts.stack"}}{{json .HostConfig}}{{else}}{}{{end}}',
  '"networks":{{json .NetworkSettings.Networks}}}',
].join(",");

/** And of each of its mounts: whether it runs, its id, the mount's source and target. */
const mountFormat =
  '{{range .Mounts}}{{if eq .Type "bind"}}\nmount\t{{$.State.Running}}\t{{$.ID}}\t{{.Source}}\t{{.Destination}}{{end}}{{end}}';

/** The folders that each script of the state makes something in. */
const madeBy: Readonly<Record<string, readonly string[]>> = {
  files: ["config/datadog-gen", "templates/datadog-gen", "generated", "generated/datadog"],
  "api-key": ["secrets/dd-agent"],
};

/** Those that hold a folder which is named by its content and lists its files. */
const listing = ["config/datadog-gen", "templates/datadog-gen", "secrets/dd-agent"];

/** Those that are the user's own: they come back empty. */
const ownFolders = ["config/dd-agent/conf.d", "config/secrets"];

/**
 * A shell script that tells what is on a host, in lines of fields with tabs between; `readFacts` reads them. It changes
 * nothing.
 */
export function lookScript(host: ExpectedHost): string {
  return [
    "set -u",
    "tab=$(printf '\\t')",
    "nl='\n'",
    "limit=",
    "within=",
    `if command -v timeout >/dev/null; then limit='timeout ${mostSeconds}'; within='timeout ${engineSeconds}'; fi`,
    `root=${quote(host.root)}`,
    `ours=${quote(host.containers.map(({ id }) => id).join(" "))}`,
    // In one piece: others write at the same time.
    'tell() { line=$1; shift; for field; do line=$line$tab$field; done; printf "%s\\n" "$line"; }',
    ...filesLines(host),
    ...(host.containers.length + host.images.length === 0 ? [] : containersLines(host)),
    "echo done",
    "",
  ].join("\n");
}

/** What is missing, edited, open to others or can't be written to. */
function filesLines(host: ExpectedHost): string[] {
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
  const lines = [
    ...paths
      .filter((path) => !listings.includes(path))
      .map((path) => `[ -e ${quote(path)} ] || tell gone ${quote(path)}`),
    ...listings.map((path) => {
      const list = manifests?.get(path);
      return `listing ${[path, ...(list === undefined ? [] : [list.trimEnd()])].map(quote).join(" ")}`;
    }),
    ...(manifests === undefined
      ? []
      : [
          call("closed", "700 *", listings),
          call("closed", "*00 *", [...published.filter((path) => path !== sockets), ...own]),
          call("closed", "*[0145] *", [...above, ...made, ...published.filter((path) => path === sockets)]),
        ]),
    ...configs.map((file) => `[ -f ${quote(file)} ] || tell gone ${quote(file)}`),
    ...[...new Set([...above, ...made, ...published])].map(
      (folder) => `[ ! -d ${quote(folder)} ] || [ -w ${quote(folder)} ] || tell unwritable ${quote(folder)}`,
    ),
  ];
  return [
    ...fileFunctions,
    // What is in a folder that the user can't enter would look as if it were gone.
    'if [ -d "$root" ] && ! [ -x "$root" ]; then tell unwritable "$root"',
    "else",
    ...lines,
    ":",
    "fi",
  ];
}

/** Whether a folder lists its files. */
function isListing({ root }: ExpectedHost, path: string): boolean {
  return listing.some((folder) => path.startsWith(`${root}/${folder}/`));
}

/** A call of a shell function with a word and some paths, each once; nothing where there are no paths. */
function call(name: string, word: string, paths: readonly string[]): string {
  return paths.length === 0 ? "" : [name, quote(word), ...[...new Set(paths)].map(quote)].join(" ");
}

/** Shell functions that look at files; few processes for many of them. */
const fileFunctions = [
  "user=$(id -u)",
  // closed PATTERN FOLDER…: folders whose mode fits the pattern; of one that is for its owner alone, also its owner.
  "closed() {",
  "  pattern=$1",
  "  shift",
  '  stat -L -c "%a %u %n" "$@" 2>/dev/null | while read -r mode owner path; do',
  '    [ -d "$path" ] || continue',
  '    [ "$pattern" != "700 *" ] || [ "$owner" = "$user" ] || mode=foreign',
  '    case "$mode $owner" in $pattern) ;; *) tell open "$path" ;; esac',
  "  done",
  "}",
  // listing FOLDER [LIST]: a folder that lists its files; the list is its own, unless another is known.
  "listing() {",
  `  manifest=$1/${manifestFile}`,
  '  if [ -L "$1" ] || ! [ -d "$1" ]; then tell gone "$1"',
  '  elif ! [ -x "$1" ]; then tell rights "$1"',
  '  elif ! [ -f "$manifest" ]; then tell gone "$manifest"',
  '  elif ! [ -r "$manifest" ]; then tell rights "$manifest"',
  "  else",
  '    list=$(cat "$manifest")',
  '    [ "${2-$list}" = "$list" ] && [ -n "$list" ] || tell edited "$manifest"',
  '    listed "$1" "${2-$list}"',
  "  fi",
  "}",
  // listed FOLDER LIST: each file is compared with its line.
  "listed() (",
  "  folder=$1 list=$2",
  "  set --",
  "  while read -r _ name; do",
  '    [ -n "$name" ] || continue',
  "    file=$folder/$name",
  '    if ! [ -f "$file" ]; then tell gone "$file"',
  '    elif [ -L "$file" ] || ! [ -r "$file" ]; then tell rights "$file"',
  '    else set -- "$@" "$file"',
  "    fi",
  "  done <<end",
  "$list",
  "end",
  "  [ $# -gt 0 ] || exit 0",
  '  sums=$nl$(sha256sum "$@")$nl',
  '  modes=$nl$(stat -c "%a %u %n" "$@")$nl',
  "  for file; do",
  '    before=${sums%%"  $file$nl"*}',
  '    sum=${before##*"$nl"}',
  '    case "$nl$list$nl" in',
  '      *"$nl$sum  ${file##*/}$nl"*) ;;',
  "      *)",
  '        tell edited "$file"',
  "        continue",
  "        ;;",
  "    esac",
  '    case $modes in *"${nl}400 $user $file$nl"*) ;; *) tell rights "$file" ;; esac',
  "  done",
  ")",
];

/** What the generator has published, against what lies there; not while a draft waits to be published. Exported for its tests. */
export function publishedLines({ drafts, generated }: Readonly<Record<"drafts" | "generated", string>>): string {
  const compare = [
    "function finish(line, old, there) {",
    '  if (file == "") return',
    '  old = ""; there = 0',
    '  while ((getline line < (target "/" file)) > 0) { old = old line "\\n"; there = 1 }',
    '  close(target "/" file)',
    // The generator has removed the page itself (templates/host/pages.sh), and make status says why.
    '  if (name != "datadog" && old ~ /^# No status page: /) return',
    '  if (old != text) print (there || text == "" ? "edited" : "gone") " " name "/" file',
    "}",
    '/^#!file / { finish(); file = $2; text = ""; next }',
    '/^#!end$/ { finish(); file = ""; next }',
    '{ text = text $0 "\\n" }',
  ].join("\n");
  // Configs that nobody has published, but the agent reads: in the folders of checks, each of which it mounts.
  const added = [
    'FILENAME != "-" { if ($1 == "#!file") wanted[$2] = 1; next }',
    "{ file = substr($0, length(target) + 2) }",
    '!(file in wanted) { print "added datadog/" file }',
  ].join("\n");
  return [
    "added() {",
    `  find "${generated}/datadog" -mindepth 2 -maxdepth 2 -type f -name '*.y*ml' -path '*.d/*' 2>/dev/null |`,
    `    awk -v target="${generated}/datadog" '${added}' "$published" -`,
    "}",
    `for published in ${drafts}/*.published; do`,
    "  draft=${published%.published}",
    "  name=${draft##*/}",
    '  cmp -s "$draft" "$published" || continue',
    // Reading a pipe or a device might never end.
    "  odd=$(grep '^#!file ' \"$published\" | while read -r _ file _; do",
    `    path="${generated}/$name/$file"`,
    '    [ -f "$path" ] || [ -d "$path" ] || ! [ -e "$path" ] || echo "edited $name/$file"',
    "  done)",
    '  if [ -n "$odd" ]; then printf "%s\\n" "$odd"; continue; fi',
    `  found=$(awk -v target="${generated}/$name" -v name="$name" '${compare}' "$published"; [ "$name" != datadog ] || added)`,
    '  ! cmp -s "$draft" "$published" || [ -z "$found" ] || printf "%s\\n" "$found"',
    "done",
  ].join("\n");
}

/** The containers, and for the folders that they have mounted whether these are the ones that are there now. */
function containersLines({ containers, images }: ExpectedHost): string[] {
  const hasNetworks = containers.some(({ networks }) => networks.length > 0);
  const generator = containers.find(({ generates }) => generates);
  return [
    `generator=${quote(generator?.id ?? "none")}`,
    `published=${quote(`${publishedLines(generatorPaths)}\nexec stat -L -c "%d:%i %n" "$@"`)}`,
    // inside ID: what a container says of its mounts, beside what is there now.
    "inside() {",
    "  of=$1",
    "  shift",
    "  while IFS=$tab read -r kind running id source target; do",
    '    [ "$kind $running $id" = "mount true $of" ] || continue',
    "    case $source in",
    '      "$root" | "$root"/*) ;;',
    // The engine's socket, which is another one after a restart of the engine.
    '      /run | /run/* | /var/run | /var/run/*) case " $ours " in *" $of "*) ;; *) continue ;; esac ;;',
    "      *) continue ;;",
    "    esac",
    '    set -- "$@" "$target"',
    '    case $places in *" $source$nl"*) place=${places%%" $source$nl"*}; place=${place##*"$nl"} ;; *) place= ;; esac',
    '    tell outside "$of" "$target" "$source" "$place"',
    "  done <<end",
    "$inspected",
    "end",
    "  [ $# -gt 0 ] || return 0",
    // In the generator's container both questions are one: each costs the engine a process there.
    '  if [ "$of" = "$generator" ]; then set -- sh -c "$published" sh "$@"; else set -- stat -L -c "%d:%i %n" "$@"; fi',
    '  $limit docker exec "$of" "$@" 2>/dev/null </dev/null | while read -r first rest; do',
    `    case $first in *:*) tell inside "$of" "$rest" "$first" ;; *) tell "$first" "$root/generated/$rest" ;; esac`,
    "  done",
    "}",
    // The ids of images by their names, in one answer where all are there; none where the engine itself says so. An answer
    // that fails otherwise says nothing.
    "images() {",
    '  if answer=$($within docker image inspect --format "{{.Id}}" "$@" 2>/dev/null </dev/null); then',
    '    for id in $answer; do tell image "$1" "$id"; shift; done',
    '  elif [ $# -gt 1 ]; then for image; do images "$image"; done',
    `  else case $($within docker image inspect --format "{{.Id}}" "$1" 2>&1 >/dev/null </dev/null) in *'o such image'*) tell image "$1" "" ;; esac`,
    "  fi",
    "}",
    "if ids=$(docker ps --all --quiet --no-trunc 2>/dev/null </dev/null); then",
    ...(hasNetworks
      ? ["  $within docker network ls --no-trunc --format 'network\t{{.ID}}\t{{.Name}}' 2>/dev/null </dev/null &"]
      : []),
    `  images ${[...new Set([...images.map(({ name }) => name), ...containers.map(({ image }) => image)])].map(quote).join(" ")} &`,
    "  inspected=",
    `  [ -z "$ids" ] || inspected=$($within docker inspect --type container --format ${quote(containerFormat + mountFormat)} $ids 2>/dev/null </dev/null)`,
    // Device and inode of all that may be mounted, by path.
    "  sources=$(printf '%s\\n' \"$inspected\" | awk -F '\\t' '$1 == \"mount\" && !seen[$4]++ { print $4 }')",
    `  places=$nl$(printf '%s\\n' "$sources" | tr '\\n' '\\0' | xargs -0 stat -L -c "%d:%i %n" 2>/dev/null)$nl`,
    "  echo engine",
    "  printf '%s\\n' \"$inspected\"",
    "  for id in $(printf '%s\\n' \"$inspected\" | awk -F '\\t' '$1 == \"mount\" && !seen[$3]++ { print $3 }'); do inside \"$id\" & done",
    "else",
    '  tell engine "$(docker ps --quiet 2>&1 >/dev/null </dev/null | tail -n 1)"',
    "fi",
    "wait",
  ];
}
