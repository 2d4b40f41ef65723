import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { Unknown, revealSecrets } from "../shared/property-values";
import type { CheckFailure, CheckResult } from "../shared/resource-provider";
import type { EngineSettings, RegistryCredentials } from "./engine-client";

/** Where an engine is when nobody says. */
const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** What the engine itself puts among a provider's settings. */
const OWN_TO_THE_ENGINE = ["version", "pluginDownloadURL"];

const REGISTRY_FIELDS = ["address", "username", "password"];

/** A setting that is no plain string comes as JSON in a string. */
function fromJson(value: PropertyValue): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}

function readSshOptions(value: PropertyValue): string[] {
  const options = fromJson(value);
  if (!Array.isArray(options) || !options.every((option) => typeof option === "string")) {
    throw new Error("expected a list of strings");
  }
  return options;
}

function readRegistries(value: PropertyValue): RegistryCredentials[] {
  const list = fromJson(value);
  if (!Array.isArray(list)) throw new Error("expected a list of registries");
  return list.map((item: Record<string, unknown>) => {
    const unsupported = Object.keys(item).find((name) => !REGISTRY_FIELDS.includes(name));
    if (unsupported !== undefined) {
      throw new Error(`the stand-in for the Docker plugin does not support registryAuth's "${unsupported}"`);
    }
    const [address = "", username = "", password = ""] = REGISTRY_FIELDS.map((name) => item[name] ?? "").map(String);
    return { address, username, password };
  });
}

/** The provider's settings as it works with them. Throws for what has the wrong shape. */
export function readSettings(config: PropertyMap): EngineSettings {
  const host = revealSecrets(config["host"] ?? DEFAULT_HOST);
  if (typeof host !== "string") throw new Error("host: expected a string");
  return {
    host,
    sshOptions: config["sshOpts"] === undefined ? [] : readSshOptions(revealSecrets(config["sshOpts"])),
    registries: config["registryAuth"] === undefined ? [] : readRegistries(revealSecrets(config["registryAuth"])),
  };
}

/** Refuses settings that this stand-in does not have, by name. */
export function checkSettings(news: PropertyMap): CheckResult {
  const readers: Record<string, (value: PropertyValue) => unknown> = {
    host: String,
    sshOpts: readSshOptions,
    registryAuth: readRegistries,
  };
  const failures: CheckFailure[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (name.startsWith("__") || OWN_TO_THE_ENGINE.includes(name)) continue;
    const read = readers[name];
    if (read === undefined) {
      const reason = "the stand-in for the Docker plugin does not support this setting of the provider";
      failures.push({ property: name, reason });
    } else if (!(value instanceof Unknown)) {
      try {
        read(revealSecrets(value));
      } catch (error) {
        failures.push({ property: name, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { inputs: news, failures };
}
