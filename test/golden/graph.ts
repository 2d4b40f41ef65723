import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as state from "@pulumi/pulumi/runtime/state";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

import { watchFleet } from "../../infra/fleet/fleet";
import { readSettings } from "../../infra/settings/read";
import { watchSwarm } from "../../infra/swarm/watched-swarm";

/** One resource as the program asks the engine for it. */
export interface GraphResource {
  /** Name, types from the outermost component to the resource itself: what the engine knows it by. */
  readonly urn: string;
  /** URNs that it waits for. */
  readonly dependsOn: readonly string[];
  /** Options that decide what an edit does. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What it is made from, with secrets redacted. */
  readonly inputs: unknown;
}

/** What stands in a graph where a secret would. */
export const secretMark = "[secret]";

/** The key by which Pulumi marks a secret on the wire (sdk: runtime/rpc, specialSigKey). */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** The SDK exports this function, but its types leave it out. */
const sdkState = state as unknown as { getStore: () => { supportsSecrets: boolean } };

/** Settings by key, without the namespace. Keys in `secrets` (default: `apiKey`) are handed over as secret. */
export interface StackConfig {
  readonly stack: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets?: readonly string[];
  /**
   * Whether what is secret is told from the rest, and redacted; whole connections are, too, as their key is one. Default:
   * false, so that all of a graph can be read.
   */
  readonly marksSecrets?: boolean;
  /** Where the stacks' files lie, which say what else is encrypted. Default: `stacks`. */
  readonly stacksFolder?: string;
  /** Whether the program is told that nothing will be changed. Default: true. */
  readonly isPreview?: boolean;
  /** Called with a resource's name while the engine makes it. Default: nothing. */
  readonly whileMaking?: (name: string) => Promise<void>;
}

/** Puts a stack's settings where the program reads them, and answers its requests in the engine's place. */
export function useStack(options: StackConfig): GraphResource[] {
  const { stack, config, secrets = ["apiKey"], marksSecrets = false, isPreview = true } = options;
  const resources: GraphResource[] = [];
  const monitor = new RecordingMonitor(resources, options.whileMaking);
  // Switches on what the SDK offers under mocks; it does so before it returns, although it is declared async.
  void pulumi.runtime.setMocks(monitor.mocks, "datadog-hosts", stack, isPreview);
  pulumi.runtime.setMockOptions(monitor, "datadog-hosts", stack, isPreview);
  sdkState.getStore().supportsSecrets = marksSecrets;
  const namespaced = (key: string): string => `datadog-hosts:${key}`;
  const texts = Object.entries(config).map(([key, value]) => [
    namespaced(key),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>, secrets.map(namespaced));
  return resources;
}

/**
 * Runs the program with the settings of one stack, without engine, provider or host, and lists the resources that it asks for.
 * @throws what the program throws, such as a SettingsError.
 */
export async function recordGraph(options: StackConfig): Promise<GraphResource[]> {
  const resources = useStack(options);
  const settings = readSettings(options.stacksFolder);
  watchFleet(settings);
  watchSwarm(settings);
  await (pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> }).waitForRPCs();
  return resources.sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

class RecordingMonitor extends MockMonitor {
  constructor(
    private readonly recorded: GraphResource[],
    whileMaking: StackConfig["whileMaking"],
  ) {
    super({
      call: () => ({}),
      newResource: async ({ name, type, inputs }) => {
        await whileMaking?.(name);
        return {
          id: `${name}-id`,
          state: {
            ...(inputs as object),
            ...(type === "docker:index/remoteImage:RemoteImage" && { imageId: `sha256:of ${name}` }),
            ...(type === "command:local:Command" && { stdout: `the output of ${name}` }),
          },
        };
      },
    });
  }

  override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response: { getUrn: () => string } | undefined) => void,
  ): Promise<void> {
    await super.registerResource(request, (error: unknown, response: { getUrn: () => string } | undefined) => {
      if (response) this.record(response.getUrn(), request);
      callback(error, response);
    });
  }

  /** The SDK's own monitor for mocks has no answer to this request, nor to the next; the engine's is empty. */
  registerResourceHook(_: unknown, callback: (error: null, response: object) => void): void {
    callback(null, {});
  }

  registerErrorHook(_: unknown, callback: (error: null, response: object) => void): void {
    callback(null, {});
  }

  private record(urn: string, request: RegisterResourceRequest): void {
    const options = {
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: request.getAliasesList().map((alias) => alias.getUrn() || alias.getSpec()?.getName()),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      hooks: request.getHooks()?.getBeforeCreateList() ?? [],
      replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
      provider: request.getProvider().split("::").slice(0, -1).join("::"),
      replaceOnChanges: request.getReplaceonchangesList(),
    };
    this.recorded.push({
      urn: shortUrn(urn),
      dependsOn: request.getDependenciesList().map(shortUrn).sort(),
      options: Object.fromEntries(
        Object.entries(options).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value)),
      ),
      inputs: redact(request.getObject()?.toJavaScript() ?? {}),
    });
  }
}

/** `urn:pulumi:shop-staging::datadog-hosts::a$b::web-1` without the parts that are the same in a whole graph. */
function shortUrn(urn: string): string {
  return urn.replace(/^urn:pulumi:[^:]*::[^:]*::/, "");
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  if (signatureKey in value) return secretMark;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, redact(entry)]),
  );
}
