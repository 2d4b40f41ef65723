import { randomBytes } from "node:crypto";
import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { Secret, UNKNOWN, Unknown, isPropertyMap, revealSecrets, sameValue } from "../shared/property-values";
import type { EngineLog } from "../shared/engine-log";
import { nameOfUrn } from "../shared/resource-provider";
import type { CheckFailure, CheckResult, ResourceType } from "../shared/resource-provider";
import { checkConnection, readConnection } from "./connection-settings";
import { compareInputs } from "./compare-inputs";
import { runLocally } from "./run-locally";
import type { CommandOutput, CommandRunner, Logging, ShownRun } from "./run-command";

/** The type token of a command on a host. */
export const COMMAND_TYPE = "command:remote:Command";

/** The type token of a command on this machine. */
export const LOCAL_COMMAND_TYPE = "command:local:Command";

const TEXTS = ["create", "update", "delete", "stdin"];
const LOGGING_VALUES = ["stdout", "stderr", "stdoutAndStderr", "none"];

function isTextMap(value: PropertyValue): boolean {
  return (
    isPropertyMap(value) && Object.values(value).every((item) => typeof item === "string" || item instanceof Unknown)
  );
}

function problemOf(name: string, value: PropertyValue): string | undefined {
  if (value instanceof Unknown) return undefined;
  if (TEXTS.includes(name)) return typeof value === "string" ? undefined : "expected a string";
  switch (name) {
    case "environment":
      return isTextMap(value) ? undefined : "expected an object of strings";
    case "triggers":
      return Array.isArray(value) ? undefined : "expected a list";
    case "addPreviousOutputInEnv":
      return typeof value === "boolean" ? undefined : "expected a boolean";
    case "logging":
      return typeof value === "string" && LOGGING_VALUES.includes(value)
        ? undefined
        : `expected one of ${LOGGING_VALUES.join(", ")}`;
    default:
      return "the stand-in for the command plugin does not support this property of a command";
  }
}

function check(place: CommandPlace, news: PropertyMap): CheckResult {
  const inputs: PropertyMap = {};
  const failures: CheckFailure[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (value === null) continue;
    if (name === "connection" && place.isRemote) {
      const checked = checkConnection(value);
      inputs[name] = checked.value;
      failures.push(...checked.failures);
      continue;
    }
    inputs[name] = value;
    const problem = problemOf(
      name,
      name === "triggers" && value instanceof Secret ? value.value : revealSecrets(value),
    );
    if (problem !== undefined) failures.push({ property: name, reason: problem });
  }
  if (place.isRemote && news["connection"] === undefined) {
    failures.push({ property: "connection", reason: "Missing required field 'connection'" });
  }
  return { inputs, failures };
}

function text(properties: PropertyMap, name: string): string | undefined {
  const value = revealSecrets(properties[name] ?? null);
  return typeof value === "string" ? value : undefined;
}

function environmentOf(properties: PropertyMap): Record<string, string> {
  const value = revealSecrets(properties["environment"] ?? null);
  if (!isPropertyMap(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeof item === "string" ? item : ""]));
}

function previousOf(properties: PropertyMap): CommandOutput {
  return { stdout: text(properties, "stdout") ?? "", stderr: text(properties, "stderr") ?? "" };
}

/** Where commands run. */
interface CommandPlace {
  readonly isRemote: boolean;
  run(run: ShownRun, settings: PropertyMap): Promise<CommandOutput>;
}

/** A command on a remote host. */
export function remoteCommandType(runner: CommandRunner): ResourceType {
  return commandType({
    isRemote: true,
    run: (run, settings) => runner.run({ ...run, connection: readConnection(settings["connection"] ?? null) }),
  });
}

/** A command on this machine. */
export function localCommandType(log: EngineLog): ResourceType {
  return commandType({ isRemote: false, run: (run) => runLocally(run, log) });
}

function commandType(place: CommandPlace): ResourceType {
  const run = async (urn: string, command: string, settings: PropertyMap, previous: CommandOutput) => {
    const wantsPrevious = revealSecrets(settings["addPreviousOutputInEnv"] ?? true) === true;
    const shownRun: ShownRun = {
      urn,
      command,
      stdin: text(settings, "stdin") ?? "",
      environment: environmentOf(settings),
      previous: wantsPrevious ? previous : undefined,
      logging: (text(settings, "logging") ?? "stdoutAndStderr") as Logging,
    };
    const output = await place.run(shownRun, settings);
    return { stdout: output.stdout, stderr: output.stderr };
  };
  const nothing: CommandOutput = { stdout: "", stderr: "" };

  return {
    check: (_urn, news) => check(place, news),

    diff(_id, oldInputs, _oldOutputs, news) {
      const differences = compareInputs(oldInputs, news);
      return { changed: differences.size > 0, differences, deleteBeforeReplace: false, ofInputs: false };
    },

    async create(step, inputs) {
      const id = nameOfUrn(step.urn) + randomBytes(4).toString("hex");
      if (step.preview) return { id, outputs: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
      const command = text(inputs, "create");
      const output = command === undefined ? nothing : await run(step.urn, command, inputs, nothing);
      return { id, outputs: { ...inputs, ...output } };
    },

    // Nothing is looked at: the state is believed.
    read: (_step, id, inputs, outputs) => Promise.resolve({ id, inputs, outputs }),

    async update(step, _id, oldInputs, oldOutputs, news) {
      const kept = { stdout: oldOutputs["stdout"] ?? "", stderr: oldOutputs["stderr"] ?? "" };
      if (step.preview) {
        // Inputs that are new count for nothing here, as with the original.
        const changed = Object.keys(oldInputs).some((name) => !sameValue(oldInputs[name], news[name]));
        return { ...news, ...(changed ? { stdout: UNKNOWN, stderr: UNKNOWN } : kept) };
      }
      const command = text(news, "update") ?? text(news, "create");
      if (command === undefined) return { ...news, ...kept };
      return { ...news, ...(await run(step.urn, command, news, previousOf(oldOutputs))) };
    },

    async delete(step, _id, outputs) {
      const command = text(outputs, "delete");
      // With the connection of the state, whatever the program says by now.
      if (command !== undefined) await run(step.urn, command, outputs, previousOf(outputs));
    },
  };
}
