import { engineAddress } from "../shared/arguments";
import { engineLog } from "../shared/engine-log";
import { serveProvider } from "../shared/provider-service";
import type { Provider } from "../shared/resource-provider";
import { CONTAINER_TYPE, containerType } from "./container";
import { EngineClient } from "./engine-client";
import { engineResourceType } from "./engine-resource";
import { checkSettings, readSettings } from "./provider-config";
import { REMOTE_IMAGE_TYPE, remoteImageType } from "./remote-image";
import { CONFIG_TYPE, SECRET_TYPE, secret, serviceConfig } from "./swarm/kept-data";
import { NETWORK_TYPE, network } from "./swarm/network";
import { SERVICE_TYPE, service } from "./swarm/service";
import { VOLUME_TYPE, volume } from "./swarm/volume";
import { PLUGIN_VERSION } from "./version";

const address = engineAddress();
const log = engineLog(address);
let client: EngineClient | undefined;

function configured(): EngineClient {
  if (client === undefined) throw new Error("the provider is not configured");
  return client;
}

const types = new Map([
  [CONTAINER_TYPE, containerType(configured, log)],
  [REMOTE_IMAGE_TYPE, remoteImageType(configured, log)],
  [SERVICE_TYPE, engineResourceType(service, configured, log)],
  [CONFIG_TYPE, engineResourceType(serviceConfig, configured, log)],
  [SECRET_TYPE, engineResourceType(secret, configured, log)],
  [NETWORK_TYPE, engineResourceType(network, configured, log)],
  [VOLUME_TYPE, engineResourceType(volume, configured, log)],
]);

const provider: Provider = {
  version: PLUGIN_VERSION,
  acceptsSecrets: false,
  checkConfig: checkSettings,
  configure(config) {
    client = new EngineClient(readSettings(config));
  },
  resourceType: (token) => types.get(token),
  // A step that runs is finished, as by the original.
  cancel: () => undefined,
  close: () => client?.close(),
};

// The client library reads it, and the provider's own setting is the only one that counts.
delete process.env["DOCKER_HOST"];

void serveProvider(provider, address);
