/** What agent and generator have in common as containers: how they are made, owned, replaced and taken over. */
export { createContainer, createImage, readOnlyMount, type Placement } from "./container";
export { mountProblems } from "./mount-problems";
export { leftoversScript, oldContainersScript } from "./own-containers";
export { comeBackScript } from "./replacement";
export { steadyScript, steadySeconds } from "./steady";
export { takeoverScript } from "./takeover";
export { trialCall } from "./trial";
