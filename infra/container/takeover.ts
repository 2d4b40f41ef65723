import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { hostCommand, runOnHost } from "../host";
import { containerNames, type Owner, type Role } from "../names";
import { makeRoomLines } from "./make-room";
import type { HostSettings } from "../settings";
import {
  healthyFunction,
  oldContainersFunction,
  ownNameFunction,
  putBackFunction,
  setAsideFunction,
} from "./takeover-shell";

/** Seconds that the new containers may take to become healthy; Docker's own verdict mostly comes before. */
export const takeoverSeconds = 300;

/**
 * What happens around the creation of a container. Before it: the name is freed of what a cut-off run has left and, on a
 * host that is taken over, of the old container. After a failure: the old ones are put back.
 */
export function containerHooks(role: Role, host: HostSettings): pulumi.ResourceHookBinding {
  const name = `${host.name}-${role}`;
  const makeRoom = new pulumi.ResourceHook(`${name}-make-room`, () =>
    runOnHost(host, [...makeRoomLines(role, host), ...(host.adopt ? setAsideLines(host) : [])]),
  );
  if (!host.adopt) return { beforeCreate: [makeRoom] };
  const putBack = new pulumi.ErrorHook(`${name}-put-back`, async () => {
    try {
      await runOnHost(host, putBackLines(host));
    } catch (error) {
      await pulumi.log.warn(`${String(error)}\nThe old containers could not be put back; the next \`up\` tries again.`);
    }
    return false;
  });
  return { beforeCreate: [makeRoom], onError: [putBack] };
}

/**
 * Ends a takeover, once both new containers run: when they are healthy the old ones go, else the old ones are put back
 * and the update fails with what the new ones said. Where nothing old is on the host it does nothing.
 */
export function createTakeover(
  host: HostSettings,
  containers: Readonly<Record<Role, docker.Container>>,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const lines = pulumi
    .all([containers.agent.id, containers.generator.id])
    .apply(([agent, generator]) => takeoverLines(host, { agent, generator }));
  return hostCommand(`${host.name}-takeover`, host, { create: lines }, options);
}

/** Exported for the tests, as are the others: shell lines that free the containers' names. */
export function setAsideLines(owner: Owner): string[] {
  return [...oldContainersFunction(owner), ...setAsideFunction(), "set_aside"];
}

/** Shell lines that undo {@link setAsideLines}, as far as it has come. */
export function putBackLines(owner: Owner): string[] {
  return [...oldContainersFunction(owner), ...putBackFunction(owner), "put_back"];
}

/** Shell lines that replace the old containers by ours, which are given by their ids, or put the old ones back. */
export function takeoverLines(
  owner: Owner & Pick<HostSettings, "address">,
  ids: Readonly<Record<Role, string>>,
): string[] {
  const prefix = `Host ${owner.name} (${owner.address})`;
  // The agent last: no generator of old may run when it gets the name that those signal.
  const each = (["generator", "agent"] as const).map((role) => [role, `${ids[role]} ${containerNames[role]}`] as const);
  return [
    ...oldContainersFunction(owner),
    ...setAsideFunction(),
    ...putBackFunction(owner),
    ...ownNameFunction(),
    ...healthyFunction(),
    "fail() {",
    `  trap 'echo "${prefix}: the old containers could not all be put back; look at docker ps --all. ${prefix}: $reason" >&2' EXIT`,
    "  put_back",
    "  trap - EXIT",
    `  echo "${prefix}: the old containers run again, for $reason" >&2`,
    "  exit 1",
    "}",
    "set_aside",
    ...each.map(([, idAndName]) => `own_name ${idAndName} || fail`),
    '[ -n "$(old_containers)" ] || exit 0',
    `deadline=$(($(date +%s) + ${takeoverSeconds}))`,
    ...each.map(([, idAndName]) => `healthy ${idAndName} || fail`),
    'old_containers | while read -r id rest; do docker stop "$id" >/dev/null; docker rm "$id" >/dev/null; done',
  ];
}
