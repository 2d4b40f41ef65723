import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { commandConnection } from "./connection";
import { type HostScript, quote, scriptText } from "../shell";
import type { HostSettings } from "../settings";

/** What one script on a host does. */
export interface HostCommandArgs {
  /**
   * Brings about what the resource stands for. It runs again after any change, of the host's address too, so it is
   * idempotent: whatever failed half way or stayed behind on another machine, it makes it whole.
   */
  readonly create: HostScript | pulumi.Output<HostScript>;
  /** Takes it away when the host leaves the stack. Default: nothing. */
  readonly delete?: HostScript;
}

/**
 * A script that runs on the host over ssh, given to a shell's standard input: neither a process list
 * nor the message of a failure carries what is in it.
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
      stdin: pulumi.output(args.create).apply((script) => scriptText(script as HostScript)),
      logging: command.remote.Logging.None,
      // Else the provider hands the last run's output to the next one, by variables that sshd refuses.
      addPreviousOutputInEnv: false,
      ...(args.delete && { delete: `sh -c ${quote(scriptText(args.delete))}` }),
    },
    { additionalSecretOutputs: ["stdout", "stderr"], ...options },
  );
}

/** What the functions of `templates/host/fail.sh` name a host by. */
export function hostValues({ name, address }: Pick<HostSettings, "name" | "address">): Record<string, string> {
  return { host: name, address };
}
