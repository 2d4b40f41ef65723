/** How a host is reached, and the commands and files that it gets over ssh. */
export { hostCommand } from "./commands";
export { dockerProviderArgs, sshOptions } from "./connection";
export { createFiles, folderLines, unlessInUse } from "./files";
export { runOnHost } from "./run";
export { quote, removeFolder, writeExactly } from "./script";
