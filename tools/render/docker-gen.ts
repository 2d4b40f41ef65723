import { isSandboxStack } from "../deploy/stacks";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";

/**
 * The path of docker-gen on this machine, in the version that the hosts run. For a sandbox's stack, a stand-in is accepted.
 * @throws UserError if it is not available; the message says where to get it.
 */
export async function resolveDockerGen(stack: string): Promise<string> {
  const purpose = isSandboxStack(stack) ? "trial" : "deploy";
  const { parts } = await resolveToolchain({ parts: ["docker-gen"], purpose, log: logToStderr });
  return parts.find(({ name }) => name === "docker-gen")?.location ?? "docker-gen";
}
