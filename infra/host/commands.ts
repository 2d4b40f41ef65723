import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { commandConnection } from "./connection";
import { quote, script } from "./script";
import type { HostSettings } from "../settings";

/** What one script on a host does. */
export interface HostCommandArgs {
  /**
   * Shell lines that bring about what the resource stands for. They run again after any change, of the host's address
   * too, so they are idempotent: whatever failed half way or stayed behind on another machine, they make it whole.
   */
  readonly create: readonly string[] | pulumi.Output<readonly string[]>;
  /** Shell lines that take it away when the host leaves the stack. Default: nothing. */
  readonly delete?: readonly string[];
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
      stdin: pulumi.output(args.create).apply(script),
      logging: command.remote.Logging.None,
      // Else the provider hands the last run's output to the next one, by variables that sshd refuses.
      addPreviousOutputInEnv: false,
      ...(args.delete && { delete: `sh -c ${quote(args.delete.join("\n"))}` }),
    },
    { additionalSecretOutputs: ["stdout", "stderr"], ...options },
  );
}
