import type { ProofAnswer, ProofRequest } from "../../infra/fleet";
import { ownNames, type OwnRole } from "../../infra/names";
import { whyNotReached } from "../status/ask-hosts";
import { ProcessError } from "../shared/run";
import { shown } from "../shared/shown";
import { recordInstances, type AcceptedLoss, type RecordedInstance } from "./losses";
import { proveHost } from "./prove";
import { isUnproven, recordsOnHosts, type ProofRecords } from "./record";
import { viewHost, type HostView } from "./view";

/** The agent of generation 5 reloads its configs on a signal and runs its checks every 15 to 20 s. */
const settleSeconds5 = 20;

/** Longer than the default interval at which the agent of generation 7 polls its config files. */
const settleSeconds7 = 7;

/** Records what hosts collect before a change, and checks that they still collect it afterwards. */
export class Proofs {
  private readonly recordings = new Map<string, readonly RecordedInstance[]>();
  private readonly reverted = new Map<string, readonly string[]>();
  private readonly old = new Set<string>();
  private failed: string | undefined;

  /**
   * @param accepted losses that don't count.
   * @param view reads a host's current state. Default: over ssh.
   * @param records keeps what hosts had before a change. Default: on the hosts.
   */
  constructor(
    private readonly accepted: readonly AcceptedLoss[] = [],
    private readonly view: (host: ProofRequest["host"]) => Promise<HostView> = viewHost,
    private readonly records: ProofRecords = recordsOnHosts,
  ) {}

  /** The former names of each host that runs its old containers again, by the host's name. */
  get revertedHosts(): ReadonlyMap<string, readonly string[]> {
    return this.reverted;
  }

  /** The ids of the containers that hosts may have gone back to. */
  get oldContainers(): ReadonlySet<string> {
    return this.old;
  }

  /** Answers one request of the program. */
  async answer({ phase, host, formerNames, seconds }: ProofRequest): Promise<ProofAnswer> {
    switch (phase) {
      case "begin":
        return this.refusal() ?? {};
      case "note":
        return this.note(host);
      case "prove":
        return this.prove(host, seconds);
      case "resume":
        return this.resume(host, seconds);
      case "back":
        this.failed ??= host.name;
        this.reverted.set(host.name, formerNames);
        // It would only be in the way: the host has nothing left to prove.
        await this.records.remove(host).catch(() => undefined);
        return {};
    }
  }

  /** Why no further host is changed; undefined as long as none has failed. */
  private refusal(): ProofAnswer | undefined {
    return this.failed === undefined
      ? undefined
      : { problem: `was left as it is, because host ${this.failed} failed its proof` };
  }

  private async note(host: ProofRequest["host"]): Promise<ProofAnswer> {
    const refusal = this.refusal();
    if (refusal !== undefined) return refusal;
    try {
      const [view, kept] = await Promise.all([this.view(host), this.records.read(host)]);
      const now = containersOf(view);
      // Later proofs must not compare with the state after an unproven change, which lacks what it lost.
      const earlier = kept !== undefined && isUnproven(kept, view) ? kept : undefined;
      const instances = earlier?.instances ?? recordInstances(view);
      this.recordings.set(host.name, instances);
      if (Object.keys(now).length > 0) {
        await this.records.write(host, { instances, containers: { ...now, ...earlier?.containers } });
      }
      return { containers: this.remember(candidates(view, earlier?.containers ?? {}, now)) };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      return { problem: shown(`was left as it is, because what it collects can't be noted: ${whyNotReached(error)}`) };
    }
  }

  /** Proves the changes of an earlier run that was killed before it had proven them. */
  private async resume(host: ProofRequest["host"], seconds: number): Promise<ProofAnswer> {
    try {
      const record = await this.records.read(host);
      if (record === undefined) return {};
      const view = await this.view(host);
      if (!isUnproven(record, view)) return {};
      this.recordings.set(host.name, record.instances);
      return { ...(await this.prove(host, seconds)), containers: this.remember(candidates(view, record.containers)) };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      return { problem: shown(`whether it has proven its last change can't be read: ${whyNotReached(error)}`) };
    }
  }

  private remember(containers: NonNullable<ProofAnswer["containers"]>): NonNullable<ProofAnswer["containers"]> {
    for (const ids of Object.values(containers)) for (const id of ids) this.old.add(id);
    return containers;
  }

  private async prove(host: ProofRequest["host"], seconds: number): Promise<ProofAnswer> {
    const problem = await proveHost({
      recorded: this.recordings.get(host.name) ?? [],
      accepted: this.accepted.filter((loss) => loss.host === host.name),
      seconds,
      settleSeconds: host.agentGeneration === 5 ? settleSeconds5 : settleSeconds7,
      view: () => this.view(host),
    });
    if (problem === undefined) return {};
    this.failed ??= host.name;
    return { problem };
  }
}

/** The ids of several sets of containers by role, in the order of the sets; only of those that are still on the host. */
function candidates(
  { containers }: HostView,
  ...sets: readonly Partial<Record<OwnRole, string>>[]
): NonNullable<ProofAnswer["containers"]> {
  const present = new Set(containers.map(({ id }) => id));
  const roles = (Object.keys(ownNames) as OwnRole[]).map((role) => {
    const ids = sets.flatMap((set) => set[role] ?? []).filter((id) => present.has(id));
    return [role, [...new Set(ids)]] as const;
  });
  return Object.fromEntries(roles.filter(([, ids]) => ids.length > 0));
}

function containersOf({ containers }: HostView): Partial<Record<OwnRole, string>> {
  const found = (Object.keys(ownNames) as OwnRole[]).flatMap((role) => {
    const own = containers.find(
      ({ name, labels }) => name === ownNames[role] && labels.get("datadog-hosts.role") === role,
    );
    return own === undefined ? [] : [[role, own.id] as const];
  });
  return Object.fromEntries(found);
}
