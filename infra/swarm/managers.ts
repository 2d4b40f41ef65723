import { spawn } from "node:child_process";

import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { dockerProviderArgs, sshAddress, sshOptions, sshOptionsToAny } from "../host";
import type { ManagerSettings, SwarmSettings } from "../settings";
import { type HostScript, type ManagerLogin, quote, scriptOnManagers } from "../shell";
import { managerProxy } from "./manager-proxy";

/** The name by which ssh knows the managers, whichever of them answers. */
const alias = "swarm-managers";

/** How long a script on a manager that a hook runs may take, in milliseconds. */
const timeoutMs = 120_000;

/**
 * How the docker provider reaches a Swarm. Which manager answers is decided anew at each connection, by the command that makes
 * it, so no input changes if another one does.
 */
export function swarmProviderArgs({ managers, node }: SwarmSettings): docker.ProviderArgs {
  const [first, ...others] = managers;
  if (first === undefined) throw new Error("A Swarm without managers");
  const { user, registries } = node;
  if (others.length === 0) return dockerProviderArgs({ ...first, registries });
  return {
    ...sshAddress(user, alias, sshOptionsToAny([first, ...others], managerProxy(managers))),
    ...(registries.length > 0 && { registryAuth: [...registries] }),
  };
}

/**
 * A script that runs on the first manager that answers, as a resource.
 * @param script what is done there; it is idempotent, for it may run on a second manager after the first one was lost.
 */
export function managerCommand(
  name: string,
  swarm: SwarmSettings,
  scripts: {
    readonly create: pulumi.Input<HostScript>;
    /** Default: nothing. */
    readonly delete?: HostScript;
    /** Another value replaces the resource, so that the script runs again. Default: none. */
    readonly triggers?: readonly string[];
    /** Whether lines that it prints are shown while it runs. Default: no. */
    readonly tells?: boolean;
  },
  options: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    name,
    {
      create: "sh -s",
      stdin: pulumi.output(scripts.create).apply((script) => managersScript(swarm.managers, script as HostScript)),
      ...(scripts.delete && { delete: `sh -c ${quote(managersScript(swarm.managers, scripts.delete))}` }),
      ...(scripts.triggers && { triggers: [...scripts.triggers] }),
      logging: scripts.tells === true ? command.local.Logging.Stdout : command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    options,
  );
}

/**
 * Runs a script on the first manager that answers, from within a resource hook.
 * @throws Error with the script's stderr; with what each manager answered if none does.
 */
export function runOnManager({ managers }: SwarmSettings, script: HostScript): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-s"], { stdio: ["pipe", "ignore", "pipe"], timeout: timeoutMs });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(said.trim() || `The Swarm: a script was not finished after ${timeoutMs / 1000} s.`));
    });
    // If the shell ends at once, its words say why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(managersScript(managers, script));
  });
}

/** The text of a script for this machine that runs another one on the first manager that answers; exported for its tests. */
export function managersScript(managers: readonly ManagerSettings[], script: HostScript): string {
  const logins = managers.map((manager): ManagerLogin => {
    const { name, address, port, user } = manager;
    return { name, address, login: ["ssh", ...sshOptions(manager), "-p", String(port), `${user}@${address}`] };
  });
  return scriptOnManagers(logins, script);
}
