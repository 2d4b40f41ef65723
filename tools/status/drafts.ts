import { generatorPaths } from "../../infra/rendering";
import type { ContainerQuestion } from "../shared/questions";

/** An unpublished draft of this age is a problem: the health check tries to publish it every 10 seconds. */
const lateSeconds = 60;

/** Lists the drafts that differ from their published copies, with their age. */
const list = [
  'cd "$1" || exit 1',
  "shift; now=$(date +%s)",
  'for name in "$@"; do',
  '  [ -e "$name" ] || continue',
  '  cmp -s "$name" "$name.published" || echo "$((now - $(stat -c %Y "$name"))) $name"',
  "done",
].join("\n");

/** Asks the generator which drafts it has not published: the agent's configs, and the status pages of each service. */
export function draftsQuestion(names: readonly string[]): ContainerQuestion {
  return { name: "drafts", script: list, args: [generatorPaths.drafts, ...names] };
}

/**
 * What is wrong with the drafts in the answer to {@link draftsQuestion}.
 * @param generator the name of the generator's container.
 */
export function lateDrafts(text: string, generator: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, age = "0", name = ""] = /^(\d{1,12}) (.*)$/.exec(line) ?? [];
    if (Number(age) < lateSeconds) return [];
    const files = name === "datadog" ? "the agent's configs" : `the status pages of ${name}`;
    return [
      `the generator does not publish what it renders: ${files} are ${age} s behind (docker logs ${generator} says why)`,
    ];
  });
}
