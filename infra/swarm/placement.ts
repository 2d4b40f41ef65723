import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** Where a resource of a Swarm is created, and what has to exist before it. */
export interface SwarmPlacement {
  readonly parent: pulumi.Resource;
  /** The Swarm, through the manager that answers. */
  readonly provider: docker.Provider;
  /** What has to exist first. */
  readonly dependsOn: readonly pulumi.Resource[];
}
