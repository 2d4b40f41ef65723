/** The Datadog agent of a host: its container, its secrets, and the configs in its image. */
export { agentEnvironment, agentImage, createAgent } from "./agent";
export { applicationFoldersScript } from "./application-folders";
export { bundledConfigsScript } from "./bundled-configs";
export { agentProblems, agentWarnings } from "./checks";
export { agentHostFolders, agentTmpfs } from "./mounts";
export { agentSecretsFolder, createSecrets } from "./secrets";
