/** An instance in the text of `agent configcheck`. */
export interface ShownInstance {
  readonly check: string;
  /** The agent's id for it, such as `redisdb:bfa38334855e05cd`. */
  readonly id: string;
  /** Where its config came from, such as `file:/etc/datadog-agent/conf.d/redisdb.d/redisdb.yaml`; empty if the agent does not say. */
  readonly source: string;
  /** Its settings in YAML. */
  readonly settings: string;
  /** Whether the agent says that it doesn't run it, because its rules exclude the container. */
  readonly excluded: boolean;
}

/** What the agent says of a config whose container its rules exclude (pkg/flare/config_check.go). */
const exclusion = "This configuration matched a metrics container-exclusion rule, so it will not be run by the Agent";

/**
 * The instances in the text of `agent configcheck`, and all sources that it names. The text has a heading for each check,
 * then lines about its source, and id, YAML and a line with a tilde for each instance (pkg/flare/config_check.go of the
 * agent). A text that is cut off is read as far as it goes.
 */
export function readConfigcheck(text: string): { instances: ShownInstance[]; sources: Set<string> } {
  const instances: (ShownInstance & { excluded: boolean })[] = [];
  const sources = new Set<string>();
  let check = "";
  let source = "";
  let ofCheck = 0;
  let open: { id: string; lines: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) {
      instances.push({ check, id: open.id, source, settings: open.lines.join("\n"), excluded: false });
    }
    open = undefined;
  };
  for (const line of text.split("\n")) {
    const heading = /^=== (\S{1,200}) check ===$/.exec(line)?.[1];
    if (heading !== undefined) {
      close();
      check = heading;
      source = "";
      ofCheck = instances.length;
    } else if (line === "~") {
      close();
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (line === exclusion) {
      for (const instance of instances.slice(ofCheck)) instance.excluded = true;
    } else if (line.startsWith("Configuration source: ")) {
      source = line.slice("Configuration source: ".length).trim();
      sources.add(source);
    } else if (check !== "" && line.startsWith("Config for instance ID: ")) {
      open = { id: line.slice("Config for instance ID: ".length).trim(), lines: [] };
    }
  }
  close();
  return { instances, sources };
}
