import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { ProgramClone } from "./clone";

/** Edits a clone's templates so that memcached's instances lose the tag of their environment. */
export function loseTag({ folder }: ProgramClone): void {
  const rules = join(folder, "templates", "generator", "checks.tmpl");
  const text = readFileSync(rules, "utf8");
  const edited = text.replace(
    '{{ eval "tags" .container }}\n',
    '{{ $tags := eval "tags" .container }}{{ if eq .check "mcache" }}{{ $tags = regexReplaceAll "\\n *- \\"environment:[^\\"]*\\"" $tags "" }}{{ end }}{{ $tags }}\n',
  );
  if (edited === text) throw new Error(`${rules} has no line that renders tags`);
  writeFileSync(rules, edited);
}
