import { credentials } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** The kinds of Pulumi plugins that are supported here. */
export type PluginKind = "resource" | "language";

/** The version of the plugin that listens on a local port; `undefined` if it does not answer. */
export async function versionAt(port: number, kind: PluginKind): Promise<string | undefined> {
  const Client = kind === "language" ? LanguageRuntimeClient : ResourceProviderClient;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await new Promise((resolve) => {
      client.getPluginInfo(new Empty(), (error, info) => resolve(error === null ? info.getVersion() : undefined));
    });
  } finally {
    client.close();
  }
}
