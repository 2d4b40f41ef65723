import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { encodeProperties } from "./property-values";
import { PartialFailure } from "./resource-provider";

function toServiceError(error: unknown): Partial<grpc.StatusObject> {
  if (!(error instanceof PartialFailure)) {
    return {
      code: grpc.status.UNKNOWN,
      details: error instanceof Error ? error.message : String(error),
      metadata: new grpc.Metadata(),
    };
  }
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.state.id);
  detail.setProperties(encodeProperties(error.state.outputs));
  detail.setReasonsList([...error.reasons]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

/** Makes a handler out of a function that answers or throws: the error's message is what the user sees. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => {
      try {
        callback(null, await answer(call.request));
      } catch (error) {
        callback(toServiceError(error));
      }
    })();
  };
}
