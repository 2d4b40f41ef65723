import type { Container } from "../containers/containers";
import { readsHint, type Service } from "../containers/services";
import { hintLine } from "./hint-line";
import type { Fix, Reason } from "./schema";

/** What an instance's error comes to. */
export interface Failure {
  readonly reason: Reason;
  readonly why: string;
  readonly fixes: readonly Fix[];
}

/** An instance whose last run ended with an error. */
export interface FailingInstance {
  readonly container: Container;
  readonly service: Service | undefined;
  /** The address that the check connects to. */
  readonly address: string;
  readonly error: string;
  /** The host's root folder; undefined if it is unknown. */
  readonly root: string | undefined;
  /** Whether the agent is on the host's own network. */
  readonly fromHost: boolean;
}

/** The line that declares a value; none if the service's check does not read it. */
export function hintFix(container: Container, service: Service | undefined, hint: string, value: string): Fix[] {
  if (service !== undefined && !readsHint(service, hint)) return [];
  return [hintLine(container, service?.service ?? "", hint, value)];
}

/** An error that says all by itself. */
export function otherError(): Failure {
  return { reason: "check-fails", why: "the check ends with an error", fixes: [] };
}
