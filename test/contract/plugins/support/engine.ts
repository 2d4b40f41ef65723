import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

/** A message that a plugin has sent. */
export interface LoggedMessage {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly text: string;
  /** Shown while the step runs only. */
  readonly passing: boolean;
}

const SEVERITIES = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
} as const;

/** The health service that the vendor's plugins ask whether the engine is still there; the answer is "serving". */
const HEALTH: grpc.ServiceDefinition = {
  check: {
    path: "/grpc.health.v1.Health/Check",
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};
const SERVING = Buffer.from([0x08, 0x01]);

/** As much of Pulumi's engine as a plugin talks to: it takes messages. */
export class FakeEngine {
  readonly messages: LoggedMessage[] = [];

  private constructor(
    private readonly server: grpc.Server,
    readonly address: string,
  ) {}

  static async start(): Promise<FakeEngine> {
    const server = new grpc.Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const engine = new FakeEngine(server, `127.0.0.1:${port}`);
    server.addService(EngineService, {
      log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, answer: grpc.sendUnaryData<Empty>) => {
        engine.take(call.request);
        answer(null, new Empty());
      },
    });
    server.addService(HEALTH, {
      check: (_call: unknown, answer: grpc.sendUnaryData<Buffer>) => answer(null, SERVING),
    });
    return engine;
  }

  private take(request: LogRequest): void {
    this.messages.push({
      severity: SEVERITIES[request.getSeverity()],
      text: request.getMessage(),
      passing: request.getEphemeral(),
    });
  }

  /** Forgets the messages so far. */
  forget(): void {
    this.messages.length = 0;
  }

  close(): void {
    this.server.forceShutdown();
  }
}
