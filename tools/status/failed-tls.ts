import { declaresHint } from "../containers/services";
import { hintFix, otherError, type FailingInstance, type Failure } from "./failing-instance";

/** The server asks the agent for a certificate. */
export function wantsCertificate(): Failure {
  return {
    reason: "certificate-refused",
    why: "it wants a certificate of the agent, which a container can't declare: let it answer the agent without",
    fixes: [],
  };
}

/** The agent does not trust the server's certificate. */
export function untrusted({ container, service }: FailingInstance): Failure {
  return {
    reason: "certificate-refused",
    why: "it answers by TLS, and the agent does not trust its certificate, which may be for a name only",
    fixes: hintFix(container, service, "verify-tls", "false"),
  };
}

/** The agent asks by TLS, and the server answers in the clear. */
export function speaksNoTls({ container, service }: FailingInstance): Failure {
  const scheme = hintFix(container, service, "scheme", "http");
  return {
    reason: "wrong-protocol",
    why: "the agent speaks TLS with it, which it does not",
    fixes: scheme.length > 0 ? scheme : hintFix(container, service, "tls", "false"),
  };
}

/** The agent asks in the clear, and the server wants TLS. */
export function speaksTls({ container, service }: FailingInstance, why: string): Failure {
  const scheme = hintFix(container, service, "scheme", "https");
  return {
    reason: "wrong-protocol",
    why,
    fixes: scheme.length > 0 ? scheme : hintFix(container, service, "tls", "true"),
  };
}

/** The server ends the connection without saying why. */
export function closesConnection(instance: FailingInstance): Failure {
  const { address, container, service } = instance;
  const asksByTls = service !== undefined && declaresHint(container, service, "tls");
  if (address.startsWith("https:") || asksByTls) return otherError();
  return speaksTls(instance, "it closes the connection, or refuses the request, as servers do that speak TLS only");
}
