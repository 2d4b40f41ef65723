/** Where a resource of a host belongs. */
export interface HostResource {
  readonly host: string;
  /** What it is on the host, such as `files`; undefined for the host itself. */
  readonly role: string | undefined;
}

/** Resources of a host are named after it, with their role behind: `web-1-api-key`. Some are of earlier versions alone. */
const named =
  /^(.+?)(?:-(preflight|files|bundled-configs|api-key|docker|agent-image|agent|generator-image|generator|filter-image|filter|takeover|cleanup|canary-gate))?$/;

/** The host that a resource belongs to, by its URN; undefined where it belongs to none. */
export function hostResourceOf(urn: string): HostResource | undefined {
  if (!urn.includes("MonitoredHost")) return undefined;
  const name = urn.split("::").pop() ?? "";
  if (!urn.includes("MonitoredHost$")) return { host: name, role: undefined };
  const [, host = name, role] = named.exec(name) ?? [];
  return { host, role };
}
