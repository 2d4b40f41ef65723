/** What hosts are told to do: the shell files under `templates/host`, given quoted values and nothing else. */
export { inOneScript, scriptText, withValues, readShell, type Call, type HostScript } from "./script";
export { quote } from "./quote";
