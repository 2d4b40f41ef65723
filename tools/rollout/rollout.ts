import { readState } from "../look";
import { UserError } from "../shared/errors";
import { shownLines } from "../shared/shown";
import { changeState } from "../deploy/change-state";
import { hostResourceOf } from "../deploy/host-resources";
import type { StackState } from "../deploy/state";
import { takeBack } from "../deploy/take-back";
import { acceptanceId, predictedLosses } from "./accept";
import type { AcceptedLoss } from "./losses";
import { ProofServer } from "./proof-server";
import { Proofs } from "./proofs";
import { restoreHostResources } from "./restore";

/** The proofs of one `make up`. Restores the state of hosts that went back to their old containers. */
export class Rollout {
  private constructor(
    private readonly stack: string,
    private readonly pulumi: NodeJS.ProcessEnv,
    private readonly before: StackState,
    private readonly proofs: Proofs,
    private readonly server: ProofServer,
  ) {}

  /**
   * Starts answering the program's requests.
   * @param pulumi environment in which `pulumi` runs.
   * @param accept identifier of the accepted losses, as `make render` prints it; empty if none are accepted.
   * @returns undefined if the stack's state can't be read; the run itself then reports that.
   * @throws UserError if the losses have changed since they were accepted.
   */
  static async start(stack: string, pulumi: NodeJS.ProcessEnv, accept: string): Promise<Rollout | undefined> {
    const accepted = accept === "" ? [] : await acceptedLosses(stack, pulumi, accept);
    const before = await readState(stack, pulumi);
    if (before === undefined) return undefined;
    const proofs = new Proofs(accepted);
    const server = await ProofServer.start((request) => proofs.answer(request));
    return new Rollout(stack, pulumi, before, proofs, server);
  }

  /** The environment variables that `pulumi` needs. */
  get environment(): NodeJS.ProcessEnv {
    return this.server.environment;
  }

  /**
   * Ends the proofs. For hosts that went back, puts the resources of the earlier state back into the stack's state.
   * @returns messages for the user, one for each of these hosts.
   */
  async end(): Promise<string[]> {
    this.server.close();
    const hosts = [...this.proofs.revertedHosts.keys()].sort();
    if (hosts.length === 0) return [];
    try {
      await changeState(this.stack, this.pulumi, (now) => this.restored(now));
    } catch (error) {
      return [
        shownLines(
          `The state of stack ${this.stack} could not be restored for ${hosts.join(", ")}: ${(error as Error).message}\nThe hosts run their old containers. The next make up inspects them first and corrects the state.`,
        ),
      ];
    }
    return hosts.map(
      (host) =>
        `Host ${host}: the state holds its old containers again, and a preview shows the change again. If the loss is intended, make render STACK=${this.stack} shows how to accept it.`,
    );
  }

  private hasReverted(host: string): boolean {
    return [...this.proofs.revertedHosts].some(([name, formerNames]) => [name, ...formerNames].includes(host));
  }

  private restored(now: StackState): StackState {
    const restored = [...this.proofs.revertedHosts].reduce(
      (whole, [host, formerNames]) => restoreHostResources(whole, this.before, [host, ...formerNames]),
      now,
    );
    // If an earlier run has made the change, the state before this one had the new containers, and the old ones to be removed.
    const old = (restored.deployment.resources ?? []).flatMap(({ urn, id, delete: isOld }) => {
      const host = hostResourceOf(urn)?.host ?? "";
      return isOld === true && id !== undefined && this.proofs.oldContainers.has(id) && this.hasReverted(host)
        ? [{ urn, id }]
        : [];
    });
    return takeBack(restored, old);
  }
}

/** The currently predicted losses, if they are the ones that the user has accepted. */
async function acceptedLosses(stack: string, pulumi: NodeJS.ProcessEnv, accept: string): Promise<AcceptedLoss[]> {
  // Loaded on demand, because other runs don't need it.
  const { readStackSettings, renderHosts, resolveDockerGen } = await import("../render/index.js");
  const { hosts } = await readStackSettings(stack, pulumi);
  const losses = predictedLosses(await renderHosts(hosts, { program: await resolveDockerGen(stack) }));
  const now = acceptanceId(losses);
  if (now === accept) return losses;
  const what = losses.length === 0 ? "nothing would be lost" : `it is ACCEPT=${now} by now`;
  throw new UserError(
    `ACCEPT=${accept} is not what hosts of ${stack} would lose: ${what}. Read make render STACK=${stack}, then run again; nothing was touched.`,
  );
}
