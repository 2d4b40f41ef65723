import type * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { servePlugin } from "./plugin-server";
import { decodeProperties, encodeProperties, sameValue } from "./property-values";
import type { PropertyMap } from "./property-values";
import { typeOfUrn } from "./resource-provider";
import type { CheckResult, DiffResult, DifferenceKind, Provider, ResourceType } from "./resource-provider";
import { unary } from "./unary";

const KINDS: Record<DifferenceKind, rpc.PropertyDiff.Kind> = {
  add: rpc.PropertyDiff.Kind.ADD,
  delete: rpc.PropertyDiff.Kind.DELETE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  "add-replace": rpc.PropertyDiff.Kind.ADD_REPLACE,
  "delete-replace": rpc.PropertyDiff.Kind.DELETE_REPLACE,
  "update-replace": rpc.PropertyDiff.Kind.UPDATE_REPLACE,
};

function checkResponse(result: CheckResult): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(encodeProperties(result.inputs));
  for (const failure of result.failures) {
    const item = new rpc.CheckFailure();
    item.setProperty(failure.property);
    item.setReason(failure.reason);
    response.addFailures(item);
  }
  return response;
}

function topLevelName(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

function diffResponse(result: DiffResult): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  response.setChanges(result.changed ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  const replaces = new Set<string>();
  const names = new Set<string>();
  for (const [path, kind] of result.differences) {
    const item = new rpc.PropertyDiff();
    item.setKind(KINDS[kind]);
    item.setInputdiff(result.ofInputs);
    response.getDetaileddiffMap().set(path, item);
    names.add(topLevelName(path));
    if (kind.endsWith("-replace")) replaces.add(topLevelName(path));
  }
  response.setReplacesList([...replaces].sort());
  response.setDiffsList([...names].sort());
  response.setDeletebeforereplace(result.deleteBeforeReplace && replaces.size > 0);
  return response;
}

/** A provider's own settings are compared one by one: any difference updates the provider, none replaces it. */
function configDiff(olds: PropertyMap, news: PropertyMap): DiffResult {
  const differences = new Map<string, DifferenceKind>();
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (sameValue(olds[name], news[name])) continue;
    differences.set(name, olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update");
  }
  return { changed: differences.size > 0, differences, deleteBeforeReplace: false, ofInputs: true };
}

function implementation(provider: Provider): grpc.UntypedServiceImplementation {
  const typeOf = (urn: string, method: string): ResourceType => {
    const token = typeOfUrn(urn);
    const type = provider.resourceType(token);
    if (type === undefined) throw new Error(`unrecognized resource type (${method}): ${token}`);
    return type;
  };
  return {
    getPluginInfo: unary<Empty, PluginInfo>(() => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    attach: unary<unknown, Empty>(() => new Empty()),
    cancel: unary<Empty, Empty>(() => {
      provider.cancel();
      return new Empty();
    }),
    invoke: unary<rpc.InvokeRequest, rpc.InvokeResponse>((request) => {
      throw new Error(`unrecognized function (Invoke): ${request.getTok()}`);
    }),
    checkConfig: unary<rpc.CheckRequest, rpc.CheckResponse>((request) =>
      checkResponse(provider.checkConfig(decodeProperties(request.getNews()))),
    ),
    diffConfig: unary<rpc.DiffRequest, rpc.DiffResponse>((request) =>
      diffResponse(configDiff(decodeProperties(request.getOldInputs()), decodeProperties(request.getNews()))),
    ),
    configure: unary<rpc.ConfigureRequest, rpc.ConfigureResponse>((request) => {
      provider.configure(decodeProperties(request.getArgs()));
      const response = new rpc.ConfigureResponse();
      response.setSupportspreview(true);
      response.setAcceptsecrets(provider.acceptsSecrets);
      return response;
    }),
    check: unary<rpc.CheckRequest, rpc.CheckResponse>(async (request) => {
      const type = typeOf(request.getUrn(), "Check");
      return checkResponse(await type.check(request.getUrn(), decodeProperties(request.getNews())));
    }),
    diff: unary<rpc.DiffRequest, rpc.DiffResponse>((request) => {
      const type = typeOf(request.getUrn(), "Diff");
      const oldOutputs = decodeProperties(request.getOlds());
      const news = decodeProperties(request.getNews());
      for (const name of request.getIgnorechangesList()) {
        const old = oldOutputs[name];
        if (old !== undefined) news[name] = old;
      }
      return diffResponse(type.diff(request.getId(), decodeProperties(request.getOldInputs()), oldOutputs, news));
    }),
    create: unary<rpc.CreateRequest, rpc.CreateResponse>(async (request) => {
      const step = { urn: request.getUrn(), preview: request.getPreview() };
      const state = await typeOf(step.urn, "Create").create(step, decodeProperties(request.getProperties()));
      const response = new rpc.CreateResponse();
      response.setId(state.id);
      response.setProperties(encodeProperties(state.outputs));
      return response;
    }),
    read: unary<rpc.ReadRequest, rpc.ReadResponse>(async (request) => {
      const step = { urn: request.getUrn(), preview: false };
      const inputs = decodeProperties(request.getInputs());
      const outputs = decodeProperties(request.getProperties());
      const state = await typeOf(step.urn, "Read").read(step, request.getId(), inputs, outputs);
      const response = new rpc.ReadResponse();
      if (state === undefined) return response;
      response.setId(state.id);
      response.setProperties(encodeProperties(state.outputs));
      response.setInputs(encodeProperties(state.inputs));
      return response;
    }),
    update: unary<rpc.UpdateRequest, rpc.UpdateResponse>(async (request) => {
      const step = { urn: request.getUrn(), preview: request.getPreview() };
      const outputs = await typeOf(step.urn, "Update").update(
        step,
        request.getId(),
        decodeProperties(request.getOldInputs()),
        decodeProperties(request.getOlds()),
        decodeProperties(request.getNews()),
      );
      const response = new rpc.UpdateResponse();
      response.setProperties(encodeProperties(outputs));
      return response;
    }),
    delete: unary<rpc.DeleteRequest, Empty>(async (request) => {
      const step = { urn: request.getUrn(), preview: false };
      await typeOf(step.urn, "Delete").delete(step, request.getId(), decodeProperties(request.getProperties()));
      return new Empty();
    }),
  };
}

/** Serves a provider to the engine that started this process. */
export async function serveProvider(provider: Provider, engineAddress: string | undefined): Promise<void> {
  await servePlugin(
    {
      service: ResourceProviderService,
      implementation: implementation(provider),
      interrupt: () => provider.cancel(),
      close: () => provider.close(),
    },
    engineAddress,
  );
}
