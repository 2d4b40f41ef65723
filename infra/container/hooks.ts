import * as pulumi from "@pulumi/pulumi";

import { runOnHost } from "../host";
import { containerNames, type Role } from "../names";
import type { HostSettings } from "../settings";
import { inOneScript } from "../shell";
import { comeBackScript, giveWayScript } from "./replacement";
import { putBackScript, setAsideScript } from "./takeover";

/**
 * What happens around the creation of a container. Before it: its predecessor gives way, and on a host that is taken over
 * so does the container of old. Where the engine refuses it: they come back.
 * @param parent the host's resource; what went wrong is told in its name.
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
 * Lets the predecessor come back and tells why. A successor that was made and then refused would stand in the state, and
 * its predecessor only as what is to be deleted. So the engine is asked to try once more: it is refused, since the name is
 * in use again, and the state stays as it was.
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
    await pulumi.log.error(`${told}The old ${name} is back in its place. Mend that, then run again.`, parent);
    return wasMade;
  } catch (error) {
    const lost = `The old ${name} could not be brought back: ${String(error)}\nThe host does so itself within some 15 s; see docker ps there, then run again.`;
    await pulumi.log.error(`${told}${lost}`, parent);
    return true;
  }
}
