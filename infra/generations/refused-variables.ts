import { pythonChecks, selectIntegrations } from "../integrations";
import type { HostSettings } from "../settings";
import { refusesFilter } from "./discovery";

/** Why a variable in the settings can't be given to the agent, and what to do; undefined if it can. */
type Refusal = string | undefined;

/** Tags that the program gives to each series: one of them for the whole host would be a second value. */
const ownTag = /(^|[\s,"'[])(project|environment|stack|host):/i;

/** The agent reads variables in capitals only, so another spelling of one would have no effect. */
function misspelt(variable: string): Refusal {
  return /^dd_/i.test(variable) && variable !== variable.toUpperCase()
    ? `has no effect: the agent's variables are in capitals; write ${variable.toUpperCase()}`
    : undefined;
}

/**
 * Variables by which generation 7 would not do what this program relies on, or that it does not read
 * (pkg/config/setup and comp/core/secrets of datadog-agent).
 */
export function refusedIn7(variable: string, host: HostSettings): Refusal {
  const value = host.agent.environment[variable] ?? "";
  switch (variable) {
    case "DD_CONFD_PATH":
      return "leads the agent away from the generated configs, so that it would watch no container; remove it (docs/own-integrations.md is about configs of your own)";
    case "DD_ADDITIONAL_CHECKSD":
      return Object.keys(pythonChecks(selectIntegrations(host.integrations, 7))).length > 0
        ? "leads the agent away from the checks in Python that stacks/integrations has; remove it, and put yours there"
        : undefined;
    case "DD_SECRET_BACKEND_TYPE":
    case "DD_SECRET_BACKEND_CONFIG":
      return "has no effect: the agent reads its API key from a file, by a program that takes precedence; remove it, and encrypt single variables (docs/settings.md)";
    case "DD_EXTRA_TAGS":
      return ownTag.test(value)
        ? "contains project, environment, stack or host, and each series would have two of it; use another key"
        : undefined;
    case "DD_URL":
      return host.intake === undefined ? undefined : "has no effect beside intake; remove one of the two";
    default:
      if (/^DD_(.*_)?(API|APP)_KEY_FILE$/.test(variable))
        return `has no effect: generation 7 reads no key from such a file; remove it, and encrypt ${variable.replace(/_FILE$/, "")} (apiKey in the settings for the API key)`;
      return misspelt(variable) ?? (host.discovery === "agent" ? undefined : refusesFilter(variable));
  }
}

/** What the image of generation 5 writes over what the program sets, with `DD_CONF_` before it (config_builder.py). */
const ownSettings = /^DD_CONF_(API_KEY|HOSTNAME|TAGS|DD_URL|PROXY_(HOST|PORT))$/i;

/** Variables by which generation 5 would not do what this program relies on, or that it does not read. */
export function refusedIn5(variable: string, host: HostSettings): Refusal {
  if (ownSettings.test(variable)) return "would replace what the program sets itself; remove it (docs/settings.md)";
  if (/^(SD_\w+|DD_CONF_(SERVICE_DISCOVERY\w*|SD_\w+))$/i.test(variable)) {
    return host.discovery === "agent"
      ? undefined
      : "makes the agent run what containers order by their labels, which is off; remove it (docs/security.md)";
  }
  switch (variable) {
    case "DD_TAGS":
      return "has no effect beside the program's TAGS; remove it, and use tags";
    case "DD_HOME":
    case "DOGSTATSD_ONLY":
      return "makes the image start something else than the agent with its configs; remove it";
    default:
      // It takes any of its settings behind this.
      return variable.startsWith("DD_CONF_") ? undefined : misspelt(variable);
  }
}
