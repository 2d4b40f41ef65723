import { readState } from "../look";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";
import { shownLines } from "../shared/shown";
import type { StackState } from "../deploy/state";
import { acceptanceOf, lossesIn } from "./accept";
import type { AcceptedLoss } from "./losses";
import { ProofServer } from "./proof-server";
import { Proofs } from "./proofs";
import { withHostOf } from "./restore";

/** The proofs of one `make up`, and what becomes of the state where a host has gone back. */
export class Rollout {
  private constructor(
    private readonly stack: string,
    private readonly pulumi: NodeJS.ProcessEnv,
    private readonly before: StackState,
    private readonly proofs: Proofs,
    private readonly server: ProofServer,
  ) {}

  /**
   * Gets ready for the program's requests; undefined where the stack's state can't be read, which the run then tells.
   * @param pulumi environment in which `pulumi` runs.
   * @param accept the losses that a person has accepted, as `make render` names them; empty for none.
   * @throws UserError where these are others by now.
   */
  static async start(stack: string, pulumi: NodeJS.ProcessEnv, accept: string): Promise<Rollout | undefined> {
    const accepted = accept === "" ? [] : await acceptedLosses(stack, pulumi, accept);
    const before = await readState(stack, pulumi);
    if (before === undefined) return undefined;
    const proofs = new Proofs(accepted);
    const server = await ProofServer.start((request) => proofs.answer(request));
    return new Rollout(stack, pulumi, before, proofs, server);
  }

  /** What `pulumi` needs in its environment. */
  get environment(): NodeJS.ProcessEnv {
    return this.server.environment;
  }

  /**
   * Ends the proofs. Where hosts have gone back, the state says so again: what it holds of them is what it held before.
   * @returns what there is to tell, a line for each host.
   */
  async end(): Promise<string[]> {
    this.server.close();
    const hosts = [...this.proofs.wentBack.keys()].sort();
    if (hosts.length === 0) return [];
    try {
      await this.restore();
    } catch (error) {
      return [
        shownLines(
          `The state of stack ${this.stack} could not be put back for ${hosts.join(", ")}: ${(error as Error).message}\nThe hosts run their old containers. The next make up looks at them first and puts it right.`,
        ),
      ];
    }
    return hosts.map(
      (host) =>
        `Host ${host}: the state holds its old containers again, and a preview shows the change again. If the change is meant, make render STACK=${this.stack} says how to accept it.`,
    );
  }

  private async restore(): Promise<void> {
    const options = { env: this.pulumi };
    const args = ["--non-interactive", "--stack", this.stack];
    const { stdout } = await run("pulumi", ["stack", "export", ...args], { ...options, title: "pulumi stack export" });
    const now = JSON.parse(stdout) as StackState;
    const state = [...this.proofs.wentBack].reduce(
      (whole, [host, formerNames]) => withHostOf(whole, this.before, [host, ...formerNames]),
      now,
    );
    await run("pulumi", ["stack", "import", ...args], {
      ...options,
      input: JSON.stringify(state),
      title: "pulumi stack import",
    });
  }
}

/** What the rendered differences announce at this moment, where a person has accepted just that. */
async function acceptedLosses(stack: string, pulumi: NodeJS.ProcessEnv, accept: string): Promise<AcceptedLoss[]> {
  // Loaded only now: no other run needs it.
  const { readStackSettings, renderHosts, resolveDockerGen } = await import("../render/index.js");
  const { hosts } = await readStackSettings(stack, pulumi);
  const losses = lossesIn(await renderHosts(hosts, { program: await resolveDockerGen(stack) }));
  const now = acceptanceOf(losses);
  if (now === accept) return losses;
  const what = losses.length === 0 ? "nothing would be lost" : `it is ACCEPT=${now} by now`;
  throw new UserError(
    `ACCEPT=${accept} is not what hosts of ${stack} would lose: ${what}. Read make render STACK=${stack}, then run again; nothing was touched.`,
  );
}
