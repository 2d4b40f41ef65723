import type { Agent, IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { SshAgent } from "./ssh-agent";
import { parseTarget } from "./ssh-target";

/** The newest API version that the original speaks; with an older engine, the engine's own. */
const NEWEST_API = "1.51";

/** What an engine that does not name its API's version is spoken to with. */
const OLDEST_API = "1.24";

/** Where requests through a dialled connection seem to go; shows in error messages only. */
const DIALLED_HOST = "docker.example.com";

/** What the provider is configured with. */
export interface EngineSettings {
  /** `ssh://user@host:port` or `unix:///path`. */
  readonly host: string;
  /** Arguments of ssh, each word by itself. */
  readonly sshOptions: readonly string[];
  /** Credentials by registry address. */
  readonly registries: readonly RegistryCredentials[];
}

/** A registry's login. */
export interface RegistryCredentials {
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

interface EngineFailure {
  readonly statusCode?: number;
  /** The client library's words for the status. */
  readonly reason?: string;
  readonly json?: { readonly message?: string } | null;
}

/** The user's message for an answer of the engine, or for none. */
export function engineError(error: unknown): Error {
  const failure = error as EngineFailure;
  if (failure.statusCode === undefined) return error instanceof Error ? error : new Error(String(error));
  const prefix = `(HTTP code ${failure.statusCode}) ${failure.reason ?? "unexpected"} - `;
  const told = error instanceof Error ? error.message.replace(prefix, "").trimEnd() : "";
  return new Error(`Error response from daemon: ${failure.json?.message ?? told}`, { cause: error });
}

/** Whether the engine says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return (error as EngineFailure).statusCode === 404;
}

function versionNumber(text: string): number {
  const [major = "0", minor = "0"] = text.split(".");
  return Number(major) * 1000 + Number(minor);
}

/** The lower of two API versions. */
export function olderVersion(left: string, right: string): string {
  return versionNumber(left) < versionNumber(right) ? left : right;
}

interface PingAnswer {
  readonly apiVersion: string;
}

/** A Docker engine that is connected to when it is first needed, and not before. */
export class EngineClient {
  private connected: Promise<Docker> | undefined;
  private agent: Agent | undefined;
  private version = NEWEST_API;

  constructor(private readonly settings: EngineSettings) {}

  /** The credentials to pull from a registry with; undefined when there are none. */
  credentialsFor(registry: string): RegistryCredentials | undefined {
    const host = (address: string): string => address.replace(/^https?:\/\//, "").split("/", 1)[0] ?? address;
    return this.settings.registries.find((item) => host(item.address) === registry);
  }

  /** Whether the engine's API is at least `version`. Only after {@link docker}. */
  speaks(version: string): boolean {
    return versionNumber(this.version) >= versionNumber(version);
  }

  /** The connected client. The first caller connects; a failure is not remembered. */
  async docker(): Promise<Docker> {
    this.connected ??= this.connect();
    try {
      return await this.connected;
    } catch (error) {
      this.connected = undefined;
      throw error;
    }
  }

  private client(version?: string): Docker {
    const target = parseTarget(this.settings.host, this.settings.sshOptions);
    const options: Docker.DockerOptions & { agent?: Agent } =
      target.kind === "socket" ? { socketPath: target.path } : { protocol: "http", host: DIALLED_HOST, port: 80 };
    if (target.kind === "ssh") {
      this.agent ??= new SshAgent(target.arguments);
      options.agent = this.agent;
    }
    if (version !== undefined) options.version = `v${version}`;
    return new Docker(options);
  }

  private async connect(): Promise<Docker> {
    try {
      parseTarget(this.settings.host, this.settings.sshOptions);
    } catch (error) {
      throw new Error(`failed to create Docker client: ${(error as Error).message}`, { cause: error });
    }
    try {
      const { apiVersion } = await ping(this.client());
      this.version = olderVersion(NEWEST_API, apiVersion);
      const docker = this.client(this.version);
      await docker.version();
      return docker;
    } catch (error) {
      throw new Error(
        `failed to create Docker client: Error pinging Docker server, please make sure that ${this.settings.host} is ` +
          `reachable and has a  '_ping' endpoint. Error: ${pingFailure(error)}`,
        { cause: error },
      );
    }
  }

  /** Ends all connections. */
  close(): void {
    this.agent?.destroy();
  }
}

function pingFailure(error: unknown): string {
  const text = engineError(error).message;
  return (error as EngineFailure).statusCode === undefined
    ? `error during connect: Head "http://${DIALLED_HOST}/_ping": ${text}`
    : text;
}

async function ping(docker: Docker): Promise<PingAnswer> {
  // dockerode's own ping() drops the header that names the version.
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = { path: "/_ping", method: "GET", isStream: true, statusCodes: { 200: true, 500: "server error" } };
    docker.modem.dial(request, (error: Error | null, data: unknown) => {
      if (error === null) resolve(data as IncomingMessage);
      else reject(error);
    });
  });
  // To its end, or the next request would not find the connection free and make another.
  await finished(response.resume());
  const version = response.headers["api-version"];
  return { apiVersion: typeof version === "string" ? version : OLDEST_API };
}
