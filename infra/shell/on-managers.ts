import { type Call, type HostScript, scriptText } from "./script";

/** How a script gets to a manager of a Swarm. */
export interface ManagerLogin {
  readonly name: string;
  readonly address: string;
  /** The command that logs in there; a command for the manager may follow it. */
  readonly login: readonly [string, ...string[]];
}

/** The text of a script for this machine that runs another one on the first of some managers that answers. */
export function scriptOnManagers(managers: readonly ManagerLogin[], script: HostScript): string {
  const { files = [], calls } = script;
  const remote = scriptText({ ...script, files: ["swarm-manager", ...files], calls: [["must_manage"], ...calls] });
  return scriptText({
    files: ["managers"],
    values: { script: remote },
    calls: [
      ...managers.map(({ name, address, login }): Call => ["try_manager", name, address, ...login]),
      ["no_manager"],
    ],
  });
}
