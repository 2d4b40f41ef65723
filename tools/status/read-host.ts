import { run } from "../shared/run";
import type { AgentAnswers } from "./report";

/** A host as `pulumi stack output hosts` tells of it. */
export interface WatchedHost {
  readonly name: string;
  /** The shell command that logs in. */
  readonly ssh: string;
}

const boundary = "=====datadog-hosts=====";

const questions = [
  "docker exec dd-agent agent status --json",
  `echo ${boundary}`,
  "docker exec dd-agent agent configcheck",
  `echo ${boundary}`,
  `docker exec datadog-gen sh -c 'grep -h "^  # " /generated/*/*.yaml || true'`,
].join("\n");

/**
 * Asks the agent of a host what it watches, over one ssh connection.
 * @throws ProcessError where the host can't be reached or its agent does not answer.
 */
export async function readHost(host: WatchedHost): Promise<AgentAnswers> {
  const { stdout } = await run("sh", ["-c", `${host.ssh} "sh -es"`], {
    input: questions,
    timeoutMs: 60_000,
    title: `Host ${host.name}`,
  });
  const [status = "", configcheck = "", remarks = ""] = stdout.split(`${boundary}\n`);
  return {
    status,
    configcheck,
    remarks: remarks
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `${host.name}: ${line.replace(/^ *# /, "")}`),
  };
}
