/** Connections to a host, and the commands and files that it gets over ssh. */
export { hostCommand, hostValues } from "./commands";
export { dockerProviderArgs, jumpCommand, sshAddress, sshOptions, sshOptionsToAny } from "./connection";
export { checkEngineConnection, engineProblem, type EngineTarget } from "./engine-connection";
export { createFiles, withFinalNewlines, withManifest, writableScript } from "./files";
export { folderReplacementOptions, removalScript } from "./removal";
export { runOnHost } from "./run";
