/** Composes the scripts for hosts from the shell files under `templates/host` and quoted values. */
export { inOneScript, scriptText, withValues, readShell, type Call, type HostScript } from "./script";
export { quote } from "./quote";
