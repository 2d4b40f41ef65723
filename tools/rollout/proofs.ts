import type { ProofAnswer, ProofRequest } from "../../infra/fleet";
import { containerNames, type Role } from "../../infra/names";
import { whyNotReached } from "../status/ask-hosts";
import { ProcessError } from "../shared/run";
import { shown } from "../shared/shown";
import { recordInstances, type AcceptedLoss, type RecordedInstance } from "./losses";
import { proveHost } from "./prove";
import { viewHost, type HostView } from "./view";

/** The agent of generation 5 reloads its configs on a signal and runs its checks every 15 to 20 s. */
const settleSeconds5 = 20;

/** Longer than the default interval at which the agent of generation 7 polls its config files. */
const settleSeconds7 = 7;

/** Records what hosts collect before a change, and checks that they still collect it afterwards. */
export class Proofs {
  private readonly recordings = new Map<string, readonly RecordedInstance[]>();
  private readonly reverted = new Map<string, readonly string[]>();
  private failed: string | undefined;

  /**
   * @param accepted losses that don't count.
   * @param view reads a host's current state. Default: over ssh.
   */
  constructor(
    private readonly accepted: readonly AcceptedLoss[] = [],
    private readonly view: (host: ProofRequest["host"]) => Promise<HostView> = viewHost,
  ) {}

  /** The former names of each host that runs its old containers again, by the host's name. */
  get revertedHosts(): ReadonlyMap<string, readonly string[]> {
    return this.reverted;
  }

  /** Answers one request of the program. */
  async answer({ phase, host, formerNames, seconds }: ProofRequest): Promise<ProofAnswer> {
    switch (phase) {
      case "note":
        return this.note(host);
      case "prove":
        return this.prove(host, seconds);
      case "back":
        this.reverted.set(host.name, formerNames);
        return {};
    }
  }

  private async note(host: ProofRequest["host"]): Promise<ProofAnswer> {
    if (this.failed !== undefined)
      return { problem: `was left as it is, because host ${this.failed} failed its proof` };
    try {
      const view = await this.view(host);
      this.recordings.set(host.name, recordInstances(view));
      return { containers: containersOf(view) };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      return { problem: shown(`was left as it is, because what it collects can't be noted: ${whyNotReached(error)}`) };
    }
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

function containersOf({ containers }: HostView): Partial<Record<Role, string>> {
  const found = (Object.keys(containerNames) as Role[]).flatMap((role) => {
    const own = containers.find(
      ({ name, labels }) => name === containerNames[role] && labels.get("datadog-hosts.role") === role,
    );
    return own === undefined ? [] : [[role, own.id] as const];
  });
  return Object.fromEntries(found);
}
