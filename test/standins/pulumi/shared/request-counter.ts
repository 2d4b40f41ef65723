import type * as grpc from "@grpc/grpc-js";

/** Counts the requests that a service has taken and not answered yet. All its methods are unary. */
export class RequestCounter {
  private open = 0;
  private readonly waiting: (() => void)[] = [];

  /** The same service, counted. */
  count(implementation: grpc.UntypedServiceImplementation): grpc.UntypedServiceImplementation {
    return Object.fromEntries(
      Object.entries(implementation).map(([name, handler]) => [
        name,
        this.counted(handler as grpc.handleUnaryCall<unknown, unknown>),
      ]),
    );
  }

  /** Whether no request is open. */
  get isIdle(): boolean {
    return this.open === 0;
  }

  /** Calls `idle` once no request is open: at once where none is. */
  whenIdle(idle: () => void): void {
    if (this.isIdle) idle();
    else this.waiting.push(idle);
  }

  private counted(handler: grpc.handleUnaryCall<unknown, unknown>): grpc.handleUnaryCall<unknown, unknown> {
    return (call, answer) => {
      this.open++;
      handler(call, (...response) => {
        answer(...response);
        this.open--;
        if (this.isIdle) for (const idle of this.waiting.splice(0)) idle();
      });
    };
  }
}
