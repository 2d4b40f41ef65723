/** The Datadog agent of a host: its container, its API key, and the configs that its image brings along. */
export { agentImage, createAgent } from "./agent";
export { createApiKey } from "./api-key";
export { createBundledConfigs } from "./bundled-configs";
