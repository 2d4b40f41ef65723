import { engineAddress } from "../shared/arguments";
import { engineLog } from "../shared/engine-log";
import { serveProvider } from "../shared/provider-service";
import type { Provider } from "../shared/resource-provider";
import { COMMAND_TYPE, LOCAL_COMMAND_TYPE, localCommandType, remoteCommandType } from "./command";
import { CommandRunner } from "./run-command";

/** The version of the plugin that this one stands in for. */
const PLUGIN_VERSION = "1.2.1";

const address = engineAddress();
const cancellation = new AbortController();
const log = engineLog(address);
const runner = new CommandRunner(log, cancellation.signal);
const types = new Map([
  [COMMAND_TYPE, remoteCommandType(runner)],
  [LOCAL_COMMAND_TYPE, localCommandType(log)],
]);

const provider: Provider = {
  version: PLUGIN_VERSION,
  acceptsSecrets: true,
  checkConfig(news) {
    const unknown = Object.keys(news).filter((name) => !name.startsWith("__") && name !== "version");
    const reason = "the stand-in for the command plugin does not support this setting of the provider";
    return { inputs: news, failures: unknown.map((property) => ({ property, reason })) };
  },
  configure: () => undefined,
  resourceType: (token) => types.get(token),
  // A command that runs is let run to its end; one that waits for its host is not.
  cancel: () => cancellation.abort(),
  close: () => runner.close(),
};

void serveProvider(provider, address);
