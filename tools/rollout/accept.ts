import { createHash } from "node:crypto";

import type { HostRendering } from "../render/schema";
import type { AcceptedLoss } from "./losses";

/** The instances and tags that hosts would lose, according to their rendered differences. */
export function predictedLosses(renderings: readonly HostRendering[]): AcceptedLoss[] {
  return renderings.flatMap(({ host, instances }) =>
    instances.flatMap(({ change, check, instance: address, container, settings }): AcceptedLoss[] => {
      if (change === "removed") return [{ host, check, address, container, tags: undefined }];
      const tags = settings.flatMap((setting) => ("removed" in setting ? setting.removed : []));
      return tags.length === 0 ? [] : [{ host, check, address, container, tags }];
    }),
  );
}

/**
 * A short identifier for a set of losses, independent of their order. It does not depend on a container's address, which
 * changes at each start.
 */
export function acceptanceId(losses: readonly AcceptedLoss[]): string {
  const lines = losses.map(({ host, check, address, container, tags }) =>
    JSON.stringify([host, check, container === "" ? address : container, tags === undefined ? null : [...tags].sort()]),
  );
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex").slice(0, 8);
}

/**
 * The line that says how to accept the predicted losses.
 * @param accept the identifier from {@link acceptanceId}.
 */
export function describeAcceptance(stack: string, accept: string): string {
  return `Instances or tags would be lost, so the hosts would go back (rollout.proof). If that is intended: make up STACK=${stack} ACCEPT=${accept}`;
}
