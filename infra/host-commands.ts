import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { commandConnection } from "./connection";
import { script } from "./host-script";
import type { HostSettings } from "./settings/hosts";

/** What one script on a host does. */
export interface HostCommandArgs {
  /** Shell lines that bring about what the resource stands for. They run again after any change, so they are idempotent. */
  readonly create: readonly string[] | pulumi.Output<readonly string[]>;
  /** Shell lines that take it away again. Default: nothing. */
  readonly delete?: string | pulumi.Output<string>;
  /** Replaces the resource (new first, then the old one deleted) where one of these changes. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
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
      ...(args.delete !== undefined && { delete: args.delete }),
      ...(args.triggers !== undefined && { triggers: args.triggers }),
    },
    { additionalSecretOutputs: ["stdout", "stderr"], ...options },
  );
}
