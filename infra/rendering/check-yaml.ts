import { parseDocument } from "yaml";

import type { Generation } from "../generations";

/**
 * Checks a rendered integration config before it goes to a host.
 * @param what name of the file, for error messages.
 * @throws Error if it is not valid YAML, or lacks what the agent requires: `init_config`, and instances or what its
 * generation accepts in their place.
 */
export function checkConfig(what: string, text: string, generation: Pick<Generation, "withoutInstances">): void {
  const document = parseDocument(text, { uniqueKeys: true });
  const first = document.errors[0] ?? document.warnings[0];
  if (first) throw new Error(`${what}, as rendered from templates/, is not valid YAML: ${first.message}`);
  const content: unknown = document.toJS();
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new Error(`${what}, as rendered from templates/, is not a mapping of keys to values`);
  }
  if (!("init_config" in content)) {
    throw new Error(`${what}, as rendered from templates/, has no init_config: the agent refuses such a file`);
  }
  const { instances } = content as Record<string, unknown>;
  const watches = Array.isArray(instances) && instances.length > 0;
  const substitute = Object.keys(parseDocument(generation.withoutInstances).toJS() as object);
  if (!watches && !substitute.every((key) => Array.isArray((content as Record<string, unknown>)[key]))) {
    throw new Error(
      `${what}, as rendered from templates/, has neither instances nor "${generation.withoutInstances}": the agent refuses such a file`,
    );
  }
}
