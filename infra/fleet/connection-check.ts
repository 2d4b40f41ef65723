import * as pulumi from "@pulumi/pulumi";

import { checkEngineConnection } from "../host";
import type { HostSettings } from "../settings";

/**
 * Checks a host's connection before the first resource that a run creates or changes on the host. The transformation belongs
 * to the host's component and applies to all its resources. A run that changes nothing on the host does not connect to it.
 */
export function checkConnectionFirst(host: HostSettings): pulumi.ResourceTransformation {
  let check: Promise<void> | undefined;
  const hook = new pulumi.ResourceHook(`${host.name}-connection`, () => (check ??= checkEngineConnection(host)));
  const first = (hooks: pulumi.ResourceHookBinding["beforeCreate"] = []): typeof hooks => [hook, ...hooks];
  // The docker provider's own resource gets no hook: it is registered before any host may be contacted.
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
