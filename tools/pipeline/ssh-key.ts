import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/**
 * Runs `work` with the key in `SSH_PRIVATE_KEY` loaded into a temporary ssh agent. Without a key, `work` just runs. The key is
 * removed from the environment, so that no started program sees it.
 * @throws UserError if ssh-add refuses the key.
 */
export async function withSshKey<Result>(environment: NodeJS.ProcessEnv, work: () => Promise<Result>): Promise<Result> {
  const { SSH_PRIVATE_KEY: key = "", SSH_AUTH_SOCK: before } = environment;
  delete environment["SSH_PRIVATE_KEY"];
  if (key === "") return work();
  const { stdout } = await run("ssh-agent", ["-s"]);
  const socket = /SSH_AUTH_SOCK=([^;]+);/.exec(stdout)?.[1];
  const agent = Number(/SSH_AGENT_PID=(\d+);/.exec(stdout)?.[1]);
  if (socket === undefined || !(agent > 0)) throw new UserError("ssh-agent did not print its socket.");
  environment["SSH_AUTH_SOCK"] = socket;
  try {
    const added = await run("ssh-add", ["-q", "-"], { input: `${key.trim()}\n`, check: false, env: environment });
    if (added.status !== 0) {
      throw new UserError(
        "ssh-add refuses the key in SSH_PRIVATE_KEY: put the whole private key there, without a passphrase.",
      );
    }
    return await work();
  } finally {
    process.kill(agent);
    if (before === undefined) delete environment["SSH_AUTH_SOCK"];
    else environment["SSH_AUTH_SOCK"] = before;
  }
}
