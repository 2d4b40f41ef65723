import { containerNames } from "../../infra/names";
import { generatorPlaces } from "../../infra/rendering";
import { quote, type Question } from "./questions";

/** A draft that was rendered so long ago and is not published will not be: the health check tries every 10 seconds. */
const lateSeconds = 60;

/** In the folder of drafts; the name of what is published has more behind it. */
const list = [
  'cd "$1" || exit 1',
  "shift; now=$(date +%s)",
  'for name in "$@"; do',
  '  [ -e "$name" ] || continue',
  '  cmp -s "$name" "$name.published" || echo "$((now - $(stat -c %Y "$name"))) $name"',
  "done",
].join("\n");

/** Asks the generator for what it has rendered and not published: for the agent, and for web servers by their services. */
export function draftsQuestion(container: string, names: readonly string[]): Question {
  return {
    name: "drafts",
    command: `docker exec ${container} sh -c ${quote(list)} sh ${generatorPlaces.drafts} ${names.map(quote).join(" ")}`,
  };
}

/** What is wrong with the drafts in the answer to {@link draftsQuestion}. */
export function lateDrafts(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, age = "0", name = ""] = /^(\d{1,12}) (.*)$/.exec(line) ?? [];
    if (Number(age) < lateSeconds) return [];
    const whose = name === "datadog" ? "the agent's configs" : `the status pages of ${name}`;
    return [
      `the generator does not publish what it renders: ${whose} are ${age} s behind (docker logs ${containerNames.generator} says why)`,
    ];
  });
}
