import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { commandConnection } from "./connection";
import { type HostScript, scriptText } from "../shell";
import type { HostSettings } from "../settings";

/** What one script on a host does. */
export interface HostCommandArgs {
  /**
   * Creates what the resource stands for. It runs again after every change, even of the host's address, so it is idempotent: it
   * completes what an earlier run has left unfinished, and starts from nothing on a new machine.
   */
  readonly create: HostScript | pulumi.Output<HostScript>;
  /** Removes it when the host leaves the stack. Default: nothing. */
  readonly delete?: HostScript;
}

/**
 * A script that runs on the host over ssh. It goes through a shell's standard input, so that neither a process list nor an error
 * message shows it.
 */
export function hostCommand(
  name: string,
  host: HostSettings,
  args: HostCommandArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  return new command.remote.Command(
    name,
    {
      connection: commandConnection(host),
      create: "sh -s",
      // Only words that every login shell takes as they are: csh ends a quoted word at its line end.
      ...(args.delete && { delete: `sh -s ${deletion}` }),
      stdin: pulumi.output(args.create).apply((script) => bothScripts(script as HostScript, args.delete)),
      logging: command.remote.Logging.None,
      // Otherwise the provider passes the last run's output on in variables, which sshd refuses.
      addPreviousOutputInEnv: false,
    },
    { additionalSecretOutputs: ["stdout", "stderr"], ...options },
  );
}

/** The argument with which a command's script removes what it has created. */
const deletion = "delete";

/** A script that creates, or with the argument `delete` removes: a command has one standard input for both. */
function bothScripts(create: HostScript, remove: HostScript | undefined): string {
  if (remove === undefined) return scriptText(create);
  return [`if [ "\${1-}" = ${deletion} ]; then\n`, scriptText(remove), "exit\nfi\n", scriptText(create)].join("");
}

/** The variables with which `templates/host/fail.sh` names a host. */
export function hostValues({ name, address }: Pick<HostSettings, "name" | "address">): Record<string, string> {
  return { host: name, address };
}
