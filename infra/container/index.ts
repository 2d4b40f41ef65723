/** The common parts of both containers: how agent and generator are created, owned, replaced and taken over. */
export {
  createContainer,
  createImage,
  engineMount,
  engineMountOf,
  mergeHealthCheck,
  readOnlyMount,
  type Placement,
} from "./container";
export { mountProblems } from "./mount-problems";
export { removeLeftoversScript, removeOthersScript, oldContainersScript } from "./own-containers";
export { restorePredecessorScript } from "./replacement";
export { steadyArguments, steadyScript, type WatchedContainers } from "./steady";
export { takeoverScript } from "./takeover";
export { trialCreation } from "./trial";
export { labelsWithoutEffect, variablesWithoutEffect } from "./variables";
