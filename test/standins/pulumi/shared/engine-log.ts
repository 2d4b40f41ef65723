import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the user, shown beside the resource they are about. */
export interface EngineLog {
  /** A message that stays. */
  readonly write: (severity: "info" | "warning" | "error", urn: string, message: string) => Promise<void>;
  /** A message that is shown while the step runs only. */
  readonly status: (urn: string, message: string) => Promise<void>;
}

const SEVERITIES = { info: LogSeverity.INFO, warning: LogSeverity.WARNING, error: LogSeverity.ERROR };

/** Logs to the engine at `address`; without an engine, to standard error. */
export function engineLog(address: string | undefined): EngineLog {
  const client = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure());
  const send = (severity: LogSeverity, urn: string, message: string, ephemeral: boolean): Promise<void> => {
    if (client === undefined) {
      process.stderr.write(`${message}\n`);
      return Promise.resolve();
    }
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    // A message that cannot be delivered must not fail the step that it is about.
    return new Promise((resolve) => client.log(request, () => resolve()));
  };
  return {
    write: (severity, urn, message) => send(SEVERITIES[severity], urn, message, false),
    status: (urn, message) => send(LogSeverity.INFO, urn, message, true),
  };
}
