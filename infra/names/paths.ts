import * as crypto from "node:crypto";

/** Name of the file that holds the API key. */
export const apiKeyFile = "api_key";

/** The folders of one host: config, templates, generated files and secrets, each by service. */
export class HostPaths {
  constructor(
    /** Absolute path of the folder that holds everything. */
    readonly root: string,
  ) {}

  /** The generator's configuration, by its content's hash. */
  generatorConfig(hash: string): string {
    return `${this.root}/config/datadog-gen/${hash}`;
  }

  /** The generator's templates, by their content's hash. */
  generatorTemplates(hash: string): string {
    return `${this.root}/templates/datadog-gen/${hash}`;
  }

  /** What the generator writes, by service. */
  get generated(): string {
    return `${this.root}/generated`;
  }

  /** The integration configs: what the agent reads. */
  get configs(): string {
    return `${this.generated}/datadog`;
  }

  /** Checks of the user's own, given to the agent as they are. */
  get ownChecks(): string {
    return `${this.root}/config/dd-agent/conf.d`;
  }

  /** Passwords of containers, put there by hand: the generator reads those that the settings bind to containers. */
  get passwords(): string {
    return `${this.root}/config/secrets`;
  }

  /** What nobody but the agent may know. */
  get secrets(): string {
    return `${this.root}/secrets/dd-agent`;
  }

  /** The API key, by its fingerprint. */
  apiKey(fingerprint: string): string {
    return `${this.secrets}/${fingerprint}`;
  }
}

/** The first 12 hex digits of the SHA-256 of some files: the name of the folder that holds them. */
export function contentHash(files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(sorted)).slice(0, 12);
}

/**
 * Tells one API key from another without saying anything of use about it:
 * 32 bits of a hash leave 96 of the key's 128 bits open. A new key gets a new folder, and with it a new agent.
 */
export function keyFingerprint(apiKey: string): string {
  return sha256(`datadog-hosts api key\0${apiKey}`).slice(0, 8);
}

function sha256(text: string): string {
  return crypto.createHash("sha256").update(text).digest("hex");
}
