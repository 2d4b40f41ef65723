import { spawnSync } from "node:child_process";

/** What `ssh-add -l` ends with if the agent has no keys, and if there is none. */
const statuses: Readonly<Record<number, string>> = {
  1: "it has no keys; load one (ssh-add FILE), or name the key's file",
  2: 'none answers; start one and load the key (eval "$(ssh-agent)" && ssh-add FILE), or name the key\'s file',
};

/** Why the user's ssh agent can't be used, as a phrase; undefined if it has keys. */
export function sshAgentProblem(): string | undefined {
  // If there is no ssh, the connection to the host fails, and says so.
  const { status } = spawnSync("ssh-add", ["-l"], { stdio: "ignore", timeout: 10_000 });
  return status === null ? undefined : statuses[status];
}
