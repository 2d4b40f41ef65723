import * as pulumi from "@pulumi/pulumi";

import { runOnHost } from "../host";
import { ownNames, type OwnRole } from "../names";
import type { HostSettings } from "../settings";
import { inOneScript } from "../shell";
import { restorePredecessorScript, stopPredecessorScript } from "./replacement";
import { putBackScript, setAsideScript } from "./takeover";

/**
 * Hooks around the creation of a container. Before it, its predecessor is stopped and renamed, and during a takeover the old
 * container as well. If the engine refuses the new container, both are restored.
 * @param parent the host's resource; failures are reported for it.
 */
export function containerHooks(role: OwnRole, host: HostSettings, parent: pulumi.Resource): pulumi.ResourceHookBinding {
  const resource = `${host.name}-${role}`;
  // The old containers of a takeover run until the generator is created.
  const takesOver = host.adopt && role !== "filter";
  let predecessor = "";
  const giveWay = new pulumi.ResourceHook(`${resource}-give-way`, async () => {
    const scripts = [stopPredecessorScript(role, host), ...(takesOver ? [setAsideScript(host)] : [])];
    predecessor = (await runOnHost(host, inOneScript(...scripts))).trim();
  });
  const comeBack = new pulumi.ErrorHook(`${resource}-come-back`, async ({ failedOperation, errors }) => {
    const [refusal = "", ...earlier] = errors;
    if (failedOperation !== "create" || predecessor === "" || earlier.length > 0) return false;
    return replacementRefused(role, host, { predecessor, refusal, parent });
  });
  const putBack = new pulumi.ErrorHook(`${resource}-put-back`, async () => {
    try {
      await runOnHost(host, putBackScript(host));
    } catch (error) {
      await pulumi.log.warn(`${String(error)}\nThe old containers could not be put back; the next \`up\` tries again.`);
    }
    return false;
  });
  return { beforeCreate: [giveWay], onError: [comeBack, ...(takesOver ? [putBack] : [])] };
}

/**
 * Restores the predecessor and reports why. If the engine had created the successor before it refused to start it, the state
 * would now contain the successor, and the predecessor only as a container to delete. Pulumi therefore retries: the retry
 * fails, because the name is in use again, and leaves the state unchanged.
 * @returns whether Pulumi retries.
 */
async function replacementRefused(
  role: OwnRole,
  host: HostSettings,
  { predecessor, refusal, parent }: { predecessor: string; refusal: string; parent: pulumi.Resource },
): Promise<boolean> {
  const name = ownNames[role];
  const reason = refusal
    .split(/^\s*\* /m)
    .pop()
    ?.trim();
  const message = `Host ${host.name} (${host.address}): the new ${name} was refused: ${reason}\n`;
  try {
    const wasCreated = (await runOnHost(host, restorePredecessorScript(role, host, predecessor))).includes("made");
    await pulumi.log.error(`${message}The old ${name} runs again. Correct that, then run again.`, parent);
    return wasCreated;
  } catch (error) {
    const failure = `The old ${name} could not be brought back: ${String(error)}\nThe host does so itself within about 15 s: check docker ps there, then run again.`;
    await pulumi.log.error(`${message}${failure}`, parent);
    return true;
  }
}
