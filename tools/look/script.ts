import { manifestFile } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import { quote } from "../status/questions";
import type { ExpectedHost } from "./expected";

/** How long one container may take to say what it sees, in seconds: what runs in it may be anybody's. */
const mostSeconds = 3;

/** How long the engine may take for one answer, in seconds. */
const engineSeconds = 8;

/** What is read of each container, as one line. None of its environment: there may be secrets in it. */
const containerFormat = [
  'container\t{"id":{{json .Id}},"name":{{json .Name}},"image":{{json .Config.Image}},"status":{{json .State.Status}}',
  '"exitCode":{{json .State.ExitCode}},"stack":{{json (index .Config.Labels "datadog-hosts.stack")}}',
  '"restart":{{json .HostConfig.RestartPolicy.Name}},"memory":{{json .HostConfig.Memory}}',
  '"networks":{{json .NetworkSettings.Networks}}}',
].join(",");

/** And of each of its mounts: whether it runs, its id, the mount's source and target. */
const mountFormat =
  '{{range .Mounts}}{{if eq .Type "bind"}}\nmount\t{{$.State.Running}}\t{{$.Id}}\t{{.Source}}\t{{.Destination}}{{end}}{{end}}';

/** The folders that each script of the state makes something in. */
const madeBy: Readonly<Record<string, readonly string[]>> = {
  files: ["config/datadog-gen", "templates/datadog-gen", "generated"],
  "api-key": ["secrets/dd-agent"],
};

/**
 * A shell script that tells what is on a host, in lines of fields with tabs between; `readFacts` reads them. It changes
 * nothing.
 */
export function lookScript(host: ExpectedHost): string {
  const sources = [...new Set(host.containers.flatMap(({ mounts }) => mounts.map(({ source }) => source)))]
    // The kernel's own are always there.
    .filter((source) => !/^\/(proc|sys)(\/|$)/.test(source));
  const made = host.scripts.flatMap((role) => madeBy[role] ?? []).map((folder) => `${host.root}/${folder}`);
  const paths = [...new Set([...made, ...sources])];
  return [
    "set -u",
    "tab=$(printf '\\t')",
    "limit=",
    "within=",
    `if command -v timeout >/dev/null; then limit='timeout ${mostSeconds}'; within='timeout ${engineSeconds}'; fi`,
    `root=${quote(host.root)}`,
    `ours=${quote(host.containers.map(({ id }) => id).join(" "))}`,
    // In one piece: others write at the same time.
    'tell() { line=$1; shift; for field; do line=$line$tab$field; done; printf "%s\\n" "$line"; }',
    ...filesLines(paths, host),
    ...(host.containers.length + host.images.length === 0 ? [] : containersLines(host)),
    "echo done",
    "",
  ].join("\n");
}

/** What is missing, edited or can't be written to. */
function filesLines(paths: readonly string[], host: ExpectedHost): string[] {
  const { root, configs, scripts } = host;
  const written = paths.filter((path) => path.startsWith(`${root}/generated/`));
  return [
    "user=$(id -u)",
    // A folder that lists its files: each is compared with its line.
    "listed() {",
    "  while read -r sum name; do",
    "    file=$1/$name",
    '    if ! [ -f "$file" ]; then tell gone "$file"',
    '    elif ! [ -r "$file" ]; then tell rights "$file"',
    '    elif [ "$(sha256sum <"$file")" != "$sum  -" ]; then tell edited "$file"',
    '    elif [ "$(stat -c "%a %u" "$file")" != "400 $user" ]; then tell rights "$file"',
    "    fi",
    `  done <"$1/${manifestFile}"`,
    "}",
    "path() {",
    '  if ! [ -e "$1" ]; then tell gone "$1"',
    `  elif [ -r "$1/${manifestFile}" ]; then listed "$1"`,
    '  elif [ "$2" = no ]; then :',
    '  elif ! [ -x "$1" ]; then tell rights "$1"',
    `  elif [ -e "$1/${manifestFile}" ]; then tell rights "$1/${manifestFile}"`,
    `  else tell gone "$1/${manifestFile}"`,
    "  fi",
    "}",
    ...paths.map((path) => `path ${quote(path)} ${host.listing && hasManifest(host, path) ? "yes" : "no"}`),
    ...configs.map((file) => `[ -e ${quote(file)} ] || tell gone ${quote(file)}`),
    ...(scripts.includes("files")
      ? [root, `${root}/generated`, `${root}/generated/datadog`, ...written].map(
          (folder) => `[ ! -d ${quote(folder)} ] || [ -w ${quote(folder)} ] || tell unwritable ${quote(folder)}`,
        )
      : []),
  ];
}

/** Whether a folder is one that is laid down once, and lists its files. */
function hasManifest({ root }: ExpectedHost, path: string): boolean {
  return ["config/datadog-gen", "templates/datadog-gen", "secrets/dd-agent"].some((folder) =>
    path.startsWith(`${root}/${folder}/`),
  );
}

/** What the generator has published, against what lies there; not while a draft waits to be published. Exported for its tests. */
export function publishedLines({ drafts, generated }: Readonly<Record<"drafts" | "generated", string>>): string {
  const compare = [
    "function finish(line, old, there) {",
    '  if (file == "") return',
    '  old = ""; there = 0',
    '  while ((getline line < (target "/" file)) > 0) { old = old line "\\n"; there = 1 }',
    '  close(target "/" file)',
    '  if (old != text) print (there || text == "" ? "edited" : "gone") " " name "/" file',
    "}",
    '/^#!file / { finish(); file = $2; text = ""; next }',
    '/^#!end$/ { finish(); file = ""; next }',
    '{ text = text $0 "\\n" }',
  ].join("\n");
  return [
    `for published in ${drafts}/*.published; do`,
    "  draft=${published%.published}",
    "  name=${draft##*/}",
    '  cmp -s "$draft" "$published" || continue',
    `  found=$(awk -v target="${generated}/$name" -v name="$name" '${compare}' "$published")`,
    '  cmp -s "$draft" "$published" && [ -z "$found" ] || printf "%s\\n" "$found"',
    "done",
  ].join("\n");
}

/** The containers, and for the folders that they have mounted whether these are the ones that are there now. */
function containersLines({ root, containers, images }: ExpectedHost): string[] {
  const hasNetworks = containers.some(({ networks }) => networks.length > 0);
  const generator = containers.find(({ generates }) => generates);
  return [
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
    '    tell outside "$of" "$target" "$source" "$(stat -L -c %d:%i "$source" 2>/dev/null)"',
    "  done <<end",
    "$inspected",
    "end",
    "  [ $# -gt 0 ] || return 0",
    '  $limit docker exec "$of" stat -L -c "%d:%i %n" "$@" 2>/dev/null </dev/null |',
    '    while read -r inode target; do tell inside "$of" "$target" "$inode"; done',
    "}",
    // Which of the images are there no longer, as the engine itself says: an answer that fails otherwise says nothing.
    "image() {",
    '  answer=$($within docker image inspect --format x "$1" 2>&1 </dev/null) || case $answer in',
    `    *'o such image'*) tell image "$1" ;;`,
    "  esac",
    "}",
    "if ids=$(docker ps --all --quiet --no-trunc 2>&1 </dev/null); then",
    ...(hasNetworks
      ? ["  $within docker network ls --no-trunc --format 'network\t{{.ID}}\t{{.Name}}' 2>/dev/null </dev/null &"]
      : []),
    ...images.map(({ name }) => `  image ${quote(name)} &`),
    ...(generator === undefined
      ? []
      : [
          `  $limit docker exec ${generator.id} sh -c ${quote(publishedLines(generatorPaths))} 2>/dev/null </dev/null |`,
          `    while read -r problem file; do tell "$problem" ${quote(`${root}/generated`)}/"$file"; done &`,
        ]),
    "  inspected=",
    `  [ -z "$ids" ] || inspected=$($within docker inspect --type container --format ${quote(containerFormat + mountFormat)} $ids 2>/dev/null </dev/null)`,
    "  echo engine",
    "  printf '%s\\n' \"$inspected\"",
    "  for id in $(printf '%s\\n' \"$inspected\" | awk -F '\\t' '$1 == \"mount\" && !seen[$3]++ { print $3 }'); do inside \"$id\" & done",
    "else",
    '  tell engine "$(printf "%s\\n" "$ids" | tail -n 1)"',
    "fi",
    "wait",
  ];
}
