import type { ProofAnswer, ProofRequest } from "../../infra/fleet";
import { containerNames, type Role } from "../../infra/names";
import { whyNotReached } from "../status/ask-hosts";
import { ProcessError } from "../shared/run";
import { shown } from "../shared/shown";
import { noteOf, type AcceptedLoss, type NotedInstance } from "./losses";
import { proveHost } from "./prove";
import { viewHost, type HostView } from "./view";

/** The agent of generation 5 reads its configs at a signal, and runs its checks every 15 to 20 s. */
const settleSecondsOf5 = 20;

/** More than the usual interval of an agent of generation 7 between two looks at its files. */
const settleSecondsOf7 = 7;

/** Notes what hosts collect before a change, and looks whether they still do after it. */
export class Proofs {
  private readonly notes = new Map<string, readonly NotedInstance[]>();
  private readonly back = new Map<string, readonly string[]>();
  private failed: string | undefined;

  /** @param accepted what may go. */
  constructor(
    private readonly accepted: readonly AcceptedLoss[] = [],
    private readonly view: (host: ProofRequest["host"]) => Promise<HostView> = viewHost,
  ) {}

  /** The hosts that have their old containers again, by name, with their former names. */
  get wentBack(): ReadonlyMap<string, readonly string[]> {
    return this.back;
  }

  /** Answers one request of the program. */
  async answer({ phase, host, formerNames, seconds }: ProofRequest): Promise<ProofAnswer> {
    switch (phase) {
      case "note":
        return this.note(host);
      case "prove":
        return this.prove(host, seconds);
      case "back":
        this.back.set(host.name, formerNames);
        return {};
    }
  }

  private async note(host: ProofRequest["host"]): Promise<ProofAnswer> {
    if (this.failed !== undefined)
      return { problem: `was left as it is, because host ${this.failed} failed its proof` };
    try {
      const view = await this.view(host);
      this.notes.set(host.name, noteOf(view));
      return { containers: containersOf(view) };
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      return { problem: shown(`was left as it is, because what it collects can't be noted: ${whyNotReached(error)}`) };
    }
  }

  private async prove(host: ProofRequest["host"], seconds: number): Promise<ProofAnswer> {
    const problem = await proveHost({
      note: this.notes.get(host.name) ?? [],
      accepted: this.accepted.filter((loss) => loss.host === host.name),
      seconds,
      settleSeconds: host.agentGeneration === 5 ? settleSecondsOf5 : settleSecondsOf7,
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
