import type { StackState } from "../../../tools/deploy/state";
import type { SandboxDeployment } from "../../../tools/sandbox/deployment";

/** A stack's state as it is now. */
export async function exportState(deployment: SandboxDeployment): Promise<StackState> {
  const { stdout } = await deployment.pulumi(["stack", "export", "--stack", deployment.stack]);
  return JSON.parse(stdout) as StackState;
}

/**
 * The resources that an `up` has left to the next one: replaced ones that are still to be deleted, and those that are not
 * whole. Without any, a preview of the same settings finds nothing to do; it takes ten times as long.
 */
export function unfinished({ deployment: { resources = [] } }: StackState): string[] {
  return resources
    .filter(({ delete: isReplaced, initErrors = [] }) => isReplaced === true || initErrors.length > 0)
    .map(({ urn }) => urn);
}
