import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { engineAddress } from "../shared/arguments";
import { servePlugin } from "../shared/plugin-server";
import { unary } from "../shared/unary";
import { about, programDependencies } from "./about";
import { parseOptions } from "./options";
import { ProgramRunner } from "./program";
import { requiredPackages } from "./required-packages";

/** The engine's version that this language host answers for, with a `v` as the vendor's. */
const VERSION = "v3.259.0";

function optionsOf(info: rpc.ProgramInfo | undefined): ReturnType<typeof parseOptions> {
  return parseOptions(info?.getOptions()?.toJavaScript() ?? {});
}

function implementation(runner: ProgramRunner, startAddress: string): grpc.UntypedServiceImplementation {
  let currentAddress = startAddress;
  return {
    handshake: unary<rpc.LanguageHandshakeRequest, rpc.LanguageHandshakeResponse>((request) => {
      currentAddress = request.getEngineAddress();
      return new rpc.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary<Empty, PluginInfo>(() => {
      const info = new PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    getRequiredPackages: unary<rpc.GetRequiredPackagesRequest, rpc.GetRequiredPackagesResponse>((request) => {
      const found = requiredPackages(request.getInfo()?.getProgramDirectory() ?? ".");
      const response = new rpc.GetRequiredPackagesResponse();
      response.setPackagesList(
        found.map((item) => {
          const dependency = new PackageDependency();
          dependency.setName(item.name);
          dependency.setKind("resource");
          dependency.setVersion(item.version);
          dependency.setServer(item.server);
          return dependency;
        }),
      );
      return response;
    }),
    run: unary<rpc.RunRequest, rpc.RunResponse>(async (request) => {
      if (request.getAttachDebugger()) throw new Error("this language host cannot attach a debugger");
      const info = request.getInfo();
      const response = new rpc.RunResponse();
      try {
        const result = await runner.run({
          programDirectory: info?.getProgramDirectory() ?? request.getPwd(),
          rootDirectory: info?.getRootDirectory() ?? "",
          entryPoint: info?.getEntryPoint() ?? ".",
          monitorAddress: request.getMonitorAddress(),
          engineAddress: currentAddress,
          organization: request.getOrganization(),
          project: request.getProject(),
          stack: request.getStack(),
          parallel: request.getParallel(),
          dryRun: request.getDryrun(),
          arguments: request.getArgsList(),
          config: new Map(request.getConfigMap().toArray()),
          secretKeys: request.getConfigsecretkeysList(),
          options: optionsOf(info),
        });
        response.setError(result.error);
        response.setBail(result.bail);
      } catch (error) {
        response.setError(error instanceof Error ? error.message : String(error));
      }
      return response;
    }),
    runtimeOptionsPrompts: unary<rpc.RuntimeOptionsRequest, rpc.RuntimeOptionsResponse>(
      // Nothing to ask: the options have defaults.
      () => new rpc.RuntimeOptionsResponse(),
    ),
    about: unary<rpc.AboutRequest, rpc.AboutResponse>(() => about()),
    getProgramDependencies: unary<rpc.GetProgramDependenciesRequest, rpc.GetProgramDependenciesResponse>((request) =>
      programDependencies(request.getInfo()?.getProgramDirectory() ?? request.getPwd()),
    ),
    cancel: unary<Empty, Empty>(() => {
      runner.stop();
      return new Empty();
    }),
  };
}

async function main(): Promise<void> {
  const address = engineAddress();
  const runner = new ProgramRunner();
  await servePlugin(
    {
      service: LanguageRuntimeService,
      implementation: implementation(runner, address ?? ""),
      interrupt: () => runner.stop(),
      close: () => runner.kill(),
    },
    address,
  );
}

void main();
