import type { ProcessError } from "../shared/run";

/** Why a Swarm could not be asked, in a person's words, with what to do. */
export function whyNoManager({ result, message }: ProcessError): string {
  const seconds = /not done after (\d+) s/.exec(message)?.[1];
  if (seconds !== undefined) {
    return `no manager has answered within ${seconds} s. Check the managers and their Docker engines, then ask again.`;
  }
  const said = (result?.stderr ?? message).trim();
  const own = /^The Swarm: ([^]*)/.exec(said)?.[1];
  if (own !== undefined) return own;
  const last = said.split("\n").pop() ?? "";
  return `its managers can't be asked${last === "" ? "" : ` (${last})`}. Check them, then ask again.`;
}
