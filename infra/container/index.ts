/** What agent and generator have in common as containers: how they are made, owned, replaced and taken over. */
export { createContainer, createImage, readOnlyMount, type Placement } from "./container";
export { mountProblems } from "./mount-problems";
export { steadyFunction, steadyLines } from "./steady-shell";
export { createTakeover } from "./takeover";
export { harmlessWords, healthyFunction, oldContainersFunction } from "./takeover-shell";
