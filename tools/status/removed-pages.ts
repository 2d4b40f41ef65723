import { generatorPaths } from "../../infra/rendering";
import type { ContainerQuestion } from "../shared/questions";

/** Prints each status page that the generator has removed, with the reason (`templates/host/pages.sh`). */
const list = [
  'cd "$1" || exit 1',
  "for file in */*/*.conf; do",
  '  [ ! -f "$file" ] || sed -n "s|^# No status page: |$file |p" "$file"',
  "done",
].join("\n");

/**
 * Asks the generator which status pages it has removed.
 * @param folder the folder of generated files in its container. Default: the program's own.
 */
export function removedPagesQuestion(folder: string = generatorPaths.generated): ContainerQuestion {
  return { name: "removed-pages", script: list, args: [folder] };
}

/** The removed pages in the answer to {@link removedPagesQuestion}; that of a stopped container is no problem. */
export function removedPages(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, container, reason] = /^[^/ ]+\/([^/ ]+)\/[^/ ]+ (.*)$/.exec(line) ?? [];
    if (container === undefined || reason === undefined || reason.startsWith("the container does not run")) return [];
    return [`${container} has no status page: ${reason}`];
  });
}
