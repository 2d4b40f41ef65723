import * as crypto from "node:crypto";

/** Name of the file that holds the API key. */
export const apiKeyFile = "api_key";

/**
 * Name of the manifest, which lists the files of a folder that is written once. Each line has the SHA-256 of a file's content,
 * two blanks and the file's name, as sha256sum prints them.
 */
export const manifestFile = "manifest";

/** The folder of the configs of containers' logs, below that of all configs. */
export const logConfigsFolder = "container_logs.d";

/** Paths of the program's folders on a host: configuration, templates, generated files and secrets, each by service. */
export class HostPaths {
  constructor(
    /** Absolute path of the root folder. */
    readonly root: string,
  ) {}

  /** The folder of the generator's configurations. */
  get generatorConfigs(): string {
    return `${this.root}/config/datadog-gen`;
  }

  /** The generator's configuration, by its content's hash. */
  generatorConfig(hash: string): string {
    return `${this.generatorConfigs}/${hash}`;
  }

  /** The folder of the generator's templates. */
  get templates(): string {
    return `${this.root}/templates/datadog-gen`;
  }

  /** The generator's templates, by their content's hash. */
  generatorTemplates(hash: string): string {
    return `${this.templates}/${hash}`;
  }

  /** What the host collected before a change that it has not proven yet: beside the templates, to be removed like old ones. */
  get proofRecord(): string {
    return `${this.templates}/before-change.json`;
  }

  /** Checks in Python that the agent gets, by their content's hash: beside the generator's templates, to be removed like them. */
  pythonChecks(hash: string): string {
    return `${this.templates}/${hash}`;
  }

  /** The generator's output, by service. */
  get generated(): string {
    return `${this.root}/generated`;
  }

  /** The integration configs that the agent reads. */
  get configs(): string {
    return `${this.generated}/datadog`;
  }

  /** The configs of containers' logs, a file for each container. */
  get logConfigs(): string {
    return `${this.configs}/${logConfigsFolder}`;
  }

  /** How far the agent has read each container's logs. */
  get logPositions(): string {
    return `${this.generated}/log-positions`;
  }

  /** The agent's sockets, which applications mount. */
  get sockets(): string {
    return `${this.generated}/sockets`;
  }

  /** The folder of the socket filter's own socket, which the agent and the generator mount in place of the engine's. */
  get filteredEngine(): string {
    return `${this.generated}/engine`;
  }

  /** The socket filter's configuration, by its content's hash: beside the generator's, to be removed like it. */
  filterConfig(hash: string): string {
    return this.generatorConfig(hash);
  }

  /** The user's own checks, which the agent reads unchanged. */
  get ownChecks(): string {
    return `${this.root}/config/dd-agent/conf.d`;
  }

  /** Password files of containers, put there by hand; the generator reads those that the settings bind to containers. */
  get passwords(): string {
    return `${this.root}/config/secrets`;
  }

  /** The agent's secrets. */
  get secrets(): string {
    return `${this.root}/secrets/dd-agent`;
  }

  /** The API key and the agent's further secrets, by their fingerprint. */
  secretsFolder(fingerprint: string): string {
    return `${this.secrets}/${fingerprint}`;
  }
}

/** The first 12 hex digits of the SHA-256 of files: the name of the folder that contains them. */
export function contentHash(files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(sorted)).slice(0, 12);
}

/**
 * A fingerprint of secrets that does not reveal them: changed secrets get a new folder, which replaces the agent. For the API
 * key alone it is 32 bits of a hash, which leave 96 of the key's 128 bits unknown. Other secrets are keyed with the API key, so
 * nobody without it can try out values.
 * @param others further secrets, by name.
 */
export function secretsFingerprint(apiKey: string, others: Readonly<Record<string, string>> = {}): string {
  const further = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  if (further.length === 0) return sha256(`datadog-hosts api key\0${apiKey}`).slice(0, 8);
  const hash = crypto.createHmac("sha256", `datadog-hosts secrets\0${apiKey}`).update(JSON.stringify(further));
  return hash.digest("hex").slice(0, 8);
}

/**
 * The text of a folder's manifest. The manifest of secret files is a secret itself.
 * @param files exact contents of the files, by name.
 */
export function manifestOf(files: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([file, content]) => `${sha256(content)}  ${file}\n`).join("");
}

function sha256(text: string): string {
  return crypto.createHash("sha256").update(text).digest("hex");
}
