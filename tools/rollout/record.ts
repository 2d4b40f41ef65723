import type { HostOutput } from "../../infra/fleet";
import { ownNames, HostPaths, setAsideSuffix, type OwnRole } from "../../infra/names";
import { quote } from "../../infra/shell";
import { onHost } from "../look";
import type { RecordedInstance } from "./losses";
import type { HostView } from "./view";

/** What a host had before a change that it has not proven yet. */
export interface ProofRecord {
  readonly instances: readonly RecordedInstance[];
  /** The full ids of its containers. */
  readonly containers: Readonly<Partial<Record<OwnRole, string>>>;
}

/** Where records are kept; tests provide their own. */
export interface ProofRecords {
  /** The record that is kept; undefined if there is none, or none that can be read. */
  read(host: HostOutput): Promise<ProofRecord | undefined>;
  /** Keeps a record in place of an earlier one. */
  write(host: HostOutput, record: ProofRecord): Promise<void>;
  /** Removes the record. */
  remove(host: HostOutput): Promise<void>;
}

/**
 * Keeps records on the hosts themselves, so that a proof outlives a run that is killed. A host's last resource removes its
 * record, which is kept next to the templates. All throw a ProcessError if the host can't be reached.
 */
export const recordsOnHosts: ProofRecords = {
  async read(host) {
    return parse(await onHost(host, `cat ${quote(fileOn(host))} 2>/dev/null || true`));
  },
  async write(host, record) {
    const file = quote(fileOn(host));
    await onHost(
      host,
      `set -eu\numask 077\nprintf '%s\\n' ${quote(JSON.stringify(record))} >${file}.new\nmv ${file}.new ${file}`,
    );
  },
  async remove(host) {
    await onHost(host, `rm -f ${quote(fileOn(host))}`);
  },
};

function fileOn({ root }: HostOutput): string {
  return new HostPaths(root).proofRecord;
}

function parse(text: string): ProofRecord | undefined {
  try {
    const { instances, containers } = JSON.parse(text) as Partial<ProofRecord>;
    return Array.isArray(instances) && typeof containers === "object" ? { instances, containers } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a container of the record was replaced by one that has not proven itself yet. The old one may be gone. */
export function isUnproven({ containers }: ProofRecord, view: HostView): boolean {
  return (Object.keys(ownNames) as OwnRole[]).some((role) => {
    const old = containers[role];
    return (
      old !== undefined &&
      view.containers.some(({ id, name }) => (id === old ? isSetAside(name, role) : name === ownNames[role]))
    );
  });
}

function isSetAside(name: string, role: OwnRole): boolean {
  return name.startsWith(`${ownNames[role]}${setAsideSuffix}`);
}
