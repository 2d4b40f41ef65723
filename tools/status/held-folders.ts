import { containerNames } from "../../infra/names";
import { quote, type Question } from "./questions";

/** The shell's own view of each mount, against what the container sees there: device and inode. */
const list = [
  "root=$1 tab=$(printf '\\t')",
  'ids=$(docker ps --quiet --no-trunc) && [ -n "$ids" ] || exit',
  `docker inspect --format ${quote('{{$name := .Name}}{{range .Mounts}}{{if eq .Type "bind"}}{{println $name "\\t" .Source "\\t" .Destination}}{{end}}{{end}}')} $ids 2>/dev/null |`,
  "  sed 's/ *\\t */\\t/g' | while IFS=$tab read -r name source target; do",
  '    case $source in "$root"/*) ;; *) continue ;; esac',
  '    inside=$(docker exec "${name#/}" stat -L -c %d:%i "$target" 2>/dev/null </dev/null) || continue',
  '    [ "$inside" = "$(stat -L -c %d:%i "$source" 2>/dev/null)" ] || printf "%s\\t%s\\n" "${name#/}" "$source"',
  "  done",
].join("\n");

/**
 * Asks for the containers that still hold a folder of generated files that was removed since they started.
 * @param generated the folder of what the generator writes.
 */
export function heldFoldersQuestion(generated: string): Question {
  return { name: "held-folders", command: `sh -c ${quote(list)} sh ${quote(generated)}` };
}

/** What is wrong with the containers in the answer to {@link heldFoldersQuestion}, and what to do. */
export function heldFolders(text: string): string[] {
  const own: readonly string[] = Object.values(containerNames);
  return text.split("\n").flatMap((line) => {
    const [name = "", source] = line.split("\t");
    if (source === undefined) return [];
    const held = `the container ${name} holds a removed ${source}, and what is published there does not reach it`;
    return [`${held}: ${own.includes(name) ? "`make up` restarts it" : `docker restart ${name} on the host`}`];
  });
}
