/** Rendered differences: compares each host's integration configs with those that it would have after an `up`. */
export { differencesBetween, type ContainerNames, type Differences } from "./differences";
export { filesAfterUp, type ConfigFiles } from "./draft";
export { resolveDockerGen } from "./docker-gen";
export { renderNodes } from "./nodes";
export { renderDraft } from "./render-draft";
export { readStackSettings } from "./settings";
export { renderSchema, type HostRendering, type RenderDocument } from "./schema";
export { renderHosts, type RenderOptions } from "./stack";
export { describeRenderings } from "./text";
