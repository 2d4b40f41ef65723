import { connect } from "node:net";

import * as grpc from "@grpc/grpc-js";
import { RequestCounter } from "./request-counter";

/** What a plugin process needs to be served: its gRPC service, and what to do when it ends. */
export interface ServedPlugin {
  readonly service: grpc.ServiceDefinition;
  readonly implementation: grpc.UntypedServiceImplementation;
  /** The user has interrupted, or the engine has ended: stop waiting for what has not begun. */
  readonly interrupt: () => void;
  /** Ends what the plugin started (programs, connections). Called before the process exits. */
  readonly close: () => void;
}

/** Within this time an engine that is about to end has told its plugins so. */
const lastOrdersMs = 10_000;

/** The last answer leaves this process within this time, or there is nobody to take it. */
const lastAnswerMs = 500;

/**
 * Calls `gone` once the engine's process has ended: nobody else would end the plugin then. The engine's address says
 * nothing about that, since the engine closes it before it tells its plugins to end, but for one case: an engine that was
 * killed before the plugin was up has left it to another parent already, and will not tell it to end.
 */
function watchEngine(address: string, gone: () => void): void {
  const engine = process.ppid;
  const separator = address.lastIndexOf(":");
  const socket = connect(Number(address.slice(separator + 1)), address.slice(0, separator), () => socket.destroy());
  socket.once("error", () => setTimeout(gone, lastOrdersMs).unref());
  const timer = setInterval(() => {
    if (process.ppid === engine) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
}

/**
 * Serves a plugin on a free port of the loopback interface and prints that port as the first line, which is how the
 * engine finds it. An interrupt, or the end of the engine, stops it: a request that the engine still waits for is
 * finished first.
 */
export async function servePlugin(plugin: ServedPlugin, engineAddress: string | undefined): Promise<void> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const requests = new RequestCounter();
  server.addService(plugin.service, requests.count(plugin.implementation));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    plugin.interrupt();
    const end = (): void => {
      plugin.close();
      process.exit(0);
    };
    if (requests.isIdle) end();
    server.tryShutdown(end);
    // tryShutdown does not call back where the engine has closed the connection already: Node.js drops the callback.
    requests.whenIdle(() => setTimeout(end, lastAnswerMs));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", () => {
    plugin.close();
    process.exit(143);
  });
  if (engineAddress !== undefined) {
    watchEngine(engineAddress, () => {
      if (!stopping) stop();
    });
  }
  // The engine may be gone, and nobody reads these any more: no reason to end before what the plugin started has.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  process.once("exit", () => plugin.close());
  process.stdout.write(`${port.toString()}\n`);
}
