import * as pulumi from "@pulumi/pulumi";

import { readSettings, SettingsError, type FleetSettings } from "../../infra/settings";
import { UserError } from "../shared/errors";
import { projectName } from "../shared/project";
import { run } from "../shared/run";

/** One setting as printed by `pulumi config --json`. */
interface ConfigValue {
  readonly value?: string;
  readonly secret: boolean;
}

/**
 * Reads a stack's settings from the files of this clone, in the same way as the program. Secrets are decrypted and stay in
 * this process.
 * @param environment in which `pulumi` runs.
 * @throws UserError if they can't be read, or if the program refuses them.
 */
export async function readStackSettings(stack: string, environment: NodeJS.ProcessEnv): Promise<FleetSettings> {
  const args = ["config", "--json", "--show-secrets", "--non-interactive", "--stack", stack];
  const { status, stdout, stderr } = await run("pulumi", args, { env: environment, check: false });
  if (status !== 0) throw new UserError(`The settings of stack ${stack} can't be read: ${stderr.trim()}`);
  const values = Object.entries(JSON.parse(stdout) as Record<string, ConfigValue>);
  // No resource is created: the mocks only set project and stack for readSettings.
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, projectName, stack, true);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(values.map(([key, { value = "" }]) => [key, value])),
    values.filter(([, { secret }]) => secret).map(([key]) => key),
  );
  try {
    return readSettings();
  } catch (error) {
    throw error instanceof SettingsError ? new UserError(error.message) : error;
  }
}
