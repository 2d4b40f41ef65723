import { parseDocument } from "yaml";

/**
 * Looks at a rendered integration config before it goes to a host.
 * @param what names the file in the message.
 * @throws Error where it is no YAML, or lacks what the agent asks of every config: instances, or `logs` in their place.
 */
export function checkConfig(what: string, text: string): void {
  const document = parseDocument(text, { uniqueKeys: true });
  const first = document.errors[0] ?? document.warnings[0];
  if (first) throw new Error(`${what}, as rendered from templates/, is not valid YAML: ${first.message}`);
  const content: unknown = document.toJS();
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new Error(`${what}, as rendered from templates/, is not a mapping of keys to values`);
  }
  const { instances, logs } = content as Record<string, unknown>;
  if (!(Array.isArray(instances) && instances.length > 0) && !Array.isArray(logs)) {
    throw new Error(
      `${what}, as rendered from templates/, has neither instances nor logs: the agent refuses such a file`,
    );
  }
}
