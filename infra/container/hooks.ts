import * as pulumi from "@pulumi/pulumi";

import { runOnHost } from "../host";
import { containerNames, type Role } from "../names";
import type { HostSettings } from "../settings";
import { inOneScript } from "../shell";
import { comeBackScript, giveWayScript } from "./replacement";
import { putBackScript, setAsideScript } from "./takeover";

/**
 * What happens around the creation of a container. Before it, its predecessor gives way, and on a host that is taken over the
 * old container too. If the engine refuses it, they come back.
 * @param parent the host's resource, for which failures are reported.
 */
export function containerHooks(role: Role, host: HostSettings, parent: pulumi.Resource): pulumi.ResourceHookBinding {
  const resource = `${host.name}-${role}`;
  let predecessor = "";
  const giveWay = new pulumi.ResourceHook(`${resource}-give-way`, async () => {
    const scripts = [giveWayScript(role, host), ...(host.adopt ? [setAsideScript(host)] : [])];
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
  return { beforeCreate: [giveWay], onError: [comeBack, ...(host.adopt ? [putBack] : [])] };
}

/**
 * Brings the predecessor back and reports why. If the successor had been created before it was refused, the state would hold
 * it, and the predecessor only as a container to delete. So Pulumi tries once more: that fails, because the name is in use
 * again, and leaves the state unchanged.
 * @returns whether to try once more.
 */
async function replacementRefused(
  role: Role,
  host: HostSettings,
  { predecessor, refusal, parent }: { predecessor: string; refusal: string; parent: pulumi.Resource },
): Promise<boolean> {
  const name = containerNames[role];
  const reason = refusal
    .split(/^\s*\* /m)
    .pop()
    ?.trim();
  const told = `Host ${host.name} (${host.address}): the new ${name} was refused: ${reason}\n`;
  try {
    const wasMade = (await runOnHost(host, comeBackScript(role, host, predecessor))).includes("made");
    await pulumi.log.error(`${told}The old ${name} runs again. Correct that, then run again.`, parent);
    return wasMade;
  } catch (error) {
    const lost = `The old ${name} could not be brought back: ${String(error)}\nThe host does so itself within about 15 s: check docker ps there, then run again.`;
    await pulumi.log.error(`${told}${lost}`, parent);
    return true;
  }
}
