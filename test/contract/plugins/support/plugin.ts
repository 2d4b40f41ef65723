import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { FakeEngine } from "./engine";
import type { LoggedMessage } from "./engine";
import { pluginExecutable, toolchainEnvironment } from "./toolchain";
import type { PluginName } from "./toolchain";

/** Properties as they are on the wire. */
export type Properties = Record<string, JavaScriptValue>;

/** What stands for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret on the wire. */
export function secret(value: JavaScriptValue): JavaScriptValue {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** What a check says. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** What a diff says; kinds by property path. */
export interface Differences {
  readonly changed: boolean;
  readonly paths: Readonly<Record<string, string>>;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** A resource as a plugin has left it. */
export interface Resource {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A step that failed; with the resource, if it came to be all the same. */
export class StepError extends Error {
  constructor(
    message: string,
    readonly resource: { readonly id: string; readonly outputs: Properties } | undefined,
  ) {
    super(message);
  }
}

const KIND_NAMES = Object.fromEntries(Object.entries(rpc.PropertyDiff.Kind).map(([name, kind]) => [kind, name]));

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

function plain(properties: Struct | undefined): Properties {
  return (properties?.toJavaScript() as Properties | undefined) ?? {};
}

function stepError(error: grpc.ServiceError): StepError {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(packed)) return new StepError(error.details, undefined);
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const failed = detail?.unpack(
    (bytes) => rpc.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!failed) return new StepError(error.details, undefined);
  const resource = { id: failed.getId(), outputs: plain(failed.getProperties()) };
  return new StepError(failed.getReasonsList().join("\n"), resource);
}

type Answer<T> = (error: grpc.ServiceError | null, response: T) => void;

/** A plugin that runs, spoken to as the engine does. */
export class Plugin {
  private constructor(
    private readonly process: ChildProcess,
    private readonly engine: FakeEngine,
    private readonly client: ResourceProviderClient,
    private readonly name: PluginName,
  ) {}

  /** Starts the plugin; `environment` is put over the toolchain's. */
  static async start(name: PluginName, environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
    const engine = await FakeEngine.start();
    const child = spawn(await pluginExecutable(name), [engine.address], {
      env: { ...(await toolchainEnvironment()), ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new Plugin(child, engine, client, name);
  }

  /** The plugin's process. */
  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** What the plugin has told the user, since it was last asked. */
  takeMessages(): LoggedMessage[] {
    const taken = [...this.engine.messages];
    this.engine.forget();
    return taken;
  }

  /** Ends the plugin as the engine does; a second time does nothing. */
  async stop(): Promise<void> {
    this.client.close();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = once(this.process, "exit");
      this.process.kill("SIGINT");
      await exited;
    }
    this.engine.close();
  }

  private ask<T>(question: (answer: Answer<T>) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      question((error, response) => {
        if (error === null) resolve(response);
        else reject(stepError(error));
      });
    });
  }

  private urn(type: string, name: string): string {
    return `urn:pulumi:stack::project::${type}::${name}`;
  }

  /** Checks the provider's settings, and configures it with them. */
  async configure(settings: Properties = {}): Promise<void> {
    const checked = await this.checkConfig(settings);
    if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
    const request = new rpc.ConfigureRequest();
    request.setArgs(struct(checked.inputs));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    await this.ask<rpc.ConfigureResponse>((answer) => this.client.configure(request, answer));
  }

  /** Checks the provider's settings. */
  async checkConfig(settings: Properties): Promise<Checked> {
    const request = new rpc.CheckRequest();
    request.setUrn(this.urn(`pulumi:providers:${this.name}`, "provider"));
    request.setNews(struct(settings));
    return this.checked(await this.ask<rpc.CheckResponse>((answer) => this.client.checkConfig(request, answer)));
  }

  /** What a change of the provider's settings would do. */
  async diffConfig(olds: Properties, news: Properties): Promise<Differences> {
    const request = new rpc.DiffRequest();
    request.setUrn(this.urn(`pulumi:providers:${this.name}`, "provider"));
    request.setOldInputs(struct(olds));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return this.differences(await this.ask<rpc.DiffResponse>((answer) => this.client.diffConfig(request, answer)));
  }

  private checked(response: rpc.CheckResponse): Checked {
    return {
      inputs: plain(response.getInputs()),
      failures: response.getFailuresList().map((item) => ({ property: item.getProperty(), reason: item.getReason() })),
    };
  }

  private differences(response: rpc.DiffResponse): Differences {
    const paths: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((item, path) => {
      paths[path] = KIND_NAMES[item.getKind()] ?? "?";
    });
    return {
      changed: response.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
      paths,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  /** Checks a resource's inputs and says all that is wrong. */
  async check(type: string, news: Properties, name = "resource"): Promise<Checked> {
    const request = new rpc.CheckRequest();
    request.setUrn(this.urn(type, name));
    request.setNews(struct(news));
    request.setName(name);
    request.setType(type);
    return this.checked(await this.ask<rpc.CheckResponse>((answer) => this.client.check(request, answer)));
  }

  private async inputsOf(type: string, news: Properties): Promise<Properties> {
    const checked = await this.check(type, news);
    if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
    return checked.inputs;
  }

  /** Checks and creates a resource. Throws {@link StepError}. */
  async create(type: string, news: Properties, options: { preview?: boolean; name?: string } = {}): Promise<Resource> {
    const inputs = await this.inputsOf(type, news);
    const request = new rpc.CreateRequest();
    request.setUrn(this.urn(type, options.name ?? "resource"));
    request.setProperties(struct(inputs));
    request.setPreview(options.preview ?? false);
    const response = await this.ask<rpc.CreateResponse>((answer) => this.client.create(request, answer));
    return { id: response.getId(), inputs, outputs: plain(response.getProperties()) };
  }

  /** What new inputs would do to a resource. */
  async diff(type: string, old: Resource, news: Properties): Promise<Differences> {
    const request = new rpc.DiffRequest();
    request.setUrn(this.urn(type, "resource"));
    request.setId(old.id);
    request.setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    request.setNews(struct(await this.inputsOf(type, news)));
    return this.differences(await this.ask<rpc.DiffResponse>((answer) => this.client.diff(request, answer)));
  }

  /** Updates a resource in place. Throws {@link StepError}. */
  async update(type: string, old: Resource, news: Properties, options: { preview?: boolean } = {}): Promise<Resource> {
    const inputs = await this.inputsOf(type, news);
    const request = new rpc.UpdateRequest();
    request.setUrn(this.urn(type, "resource"));
    request.setId(old.id);
    request.setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    request.setNews(struct(inputs));
    request.setPreview(options.preview ?? false);
    const response = await this.ask<rpc.UpdateResponse>((answer) => this.client.update(request, answer));
    return { id: old.id, inputs, outputs: plain(response.getProperties()) };
  }

  /** Reads a resource as a refresh does; undefined when it is gone. */
  async read(type: string, old: Resource): Promise<Resource | undefined> {
    const request = new rpc.ReadRequest();
    request.setUrn(this.urn(type, "resource"));
    request.setId(old.id);
    request.setProperties(struct(old.outputs));
    request.setInputs(struct(old.inputs));
    const response = await this.ask<rpc.ReadResponse>((answer) => this.client.read(request, answer));
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: plain(response.getInputs()),
      outputs: plain(response.getProperties()),
    };
  }

  /** Deletes a resource. Throws {@link StepError}. */
  async delete(type: string, old: Resource): Promise<void> {
    const request = new rpc.DeleteRequest();
    request.setUrn(this.urn(type, "resource"));
    request.setId(old.id);
    request.setProperties(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    await this.ask<Empty>((answer) => this.client.delete(request, answer));
  }

  /** Tells the plugin that the user has interrupted. */
  async cancel(): Promise<void> {
    await this.ask<Empty>((answer) => this.client.cancel(new Empty(), answer));
  }
}
