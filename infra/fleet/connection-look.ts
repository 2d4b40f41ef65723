import * as pulumi from "@pulumi/pulumi";

import { checkEngineConnection } from "../host";
import type { HostSettings } from "../settings";

/**
 * Puts a look at a host's connection before the first thing that a run makes or changes there, whatever that is. It is
 * for the component of the host and goes to all resources in it. A run that changes nothing on the host connects to
 * nobody.
 */
export function lookBeforeTouching(host: HostSettings): pulumi.ResourceTransformation {
  let looked: Promise<void> | undefined;
  const look = new pulumi.ResourceHook(`${host.name}-connection`, () => (looked ??= checkEngineConnection(host)));
  const first = (hooks: pulumi.ResourceHookBinding["beforeCreate"] = []): typeof hooks => [look, ...hooks];
  // The provider itself is known before any host may be touched.
  return ({ type, props, opts }) => {
    if (!/^(command|docker):/.test(type)) return undefined;
    const hooks = opts.hooks ?? {};
    const { beforeCreate, beforeUpdate } = hooks;
    return {
      props,
      opts: { ...opts, hooks: { ...hooks, beforeCreate: first(beforeCreate), beforeUpdate: first(beforeUpdate) } },
    };
  };
}
