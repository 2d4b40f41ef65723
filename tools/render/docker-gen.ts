import { isSandboxStack } from "../deploy/stacks";
import { logToStderr } from "../shared/progress";
import { resolveToolchain } from "../toolchain";

/**
 * Path of the program docker-gen on this machine, of the version that hosts run. For a sandbox's stack a stand-in will do.
 * @throws UserError where it can't be had, with where to get it.
 */
export async function resolveDockerGen(stack: string): Promise<string> {
  const purpose = isSandboxStack(stack) ? "trial" : "deploy";
  const { parts } = await resolveToolchain({ parts: ["docker-gen"], purpose, log: logToStderr });
  return parts.find(({ name }) => name === "docker-gen")?.location ?? "docker-gen";
}
