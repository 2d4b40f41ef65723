/** Composes the scripts for hosts from the shell files under `templates/host` and quoted values, and reads what ssh says of them. */
export { inOneScript, scriptText, wholeOrNothing, withValues, readShell, type Call, type HostScript } from "./script";
export { quote } from "./quote";
export { afterLogin, errorLines, sshLines } from "./ssh-output";
export { scriptOnManagers, type ManagerLogin } from "./on-managers";
