import { HostPaths } from "../../infra/names";
import { requestedPage } from "../containers/services";
import {
  closedToAddress,
  declaresLogin,
  login,
  missingRights,
  noSuchDatabase,
  noUserForAddress,
  protectedMode,
} from "./failed-logins";
import { closesConnection, speaksNoTls, speaksTls, untrusted, wantsCertificate } from "./failed-tls";
import { hintFix, otherError, type FailingInstance, type Failure } from "./failing-instance";
import { hintLine } from "./hint-line";
import type { Fix, Reason } from "./schema";

/** The beginning of the error of an instance whose check the agent does not have. */
export const noSuchCheck = "the agent can't load this check";

/** Texts of the checks, of both generations and of the servers, by what they mean. The first match counts. */
const kinds: readonly {
  readonly pattern: RegExp;
  readonly read: (instance: FailingInstance) => Failure;
}[] = [
  {
    pattern: new RegExp(`^${noSuchCheck}`),
    read: () => ({
      reason: "check-fails",
      why: "the agent's image does not have it, or it can't be imported (docs/own-integrations.md)",
      fixes: [],
    }),
  },
  {
    // requests' own words for a status code.
    pattern: /\b401 (Client Error|Unauthorized)\b/i,
    read: (instance) => (instance.service?.hasStatusPage === true ? forbiddenPage(instance) : login(instance)),
  },
  {
    pattern: /\b403 (Client Error|Forbidden)\b/i,
    read: (instance) => (declaresLogin(instance) ? missingRights(instance) : forbiddenPage(instance)),
  },
  {
    pattern: /\b404 (Client Error|Not Found)\b|No metrics were fetched/i,
    read: (instance) => statusPage(instance, "status-page-missing", "it has no status page where the agent asked"),
  },
  { pattern: /no pg_hba\.conf entry/i, read: closedToAddress },
  { pattern: /is not allowed to connect to this (MySQL|MariaDB) server/i, read: noUserForAddress },
  { pattern: /\bDENIED\b.*protected mode/i, read: protectedMode },
  {
    pattern:
      /NOAUTH|WRONGPASS|invalid (username-password pair|password)|AUTH called without|Authentication required|requires authentication|AUTH failed|password authentication failed|no password supplied|role "[^"]*" (does not exist|is not permitted to log in)|authentication failed|Auth failure|Access denied for user/i,
    read: login,
  },
  {
    pattern:
      /NOPERM|not authorized on \S+ to execute|permission denied (for|to)|need \(at least one of\)|command denied to user/i,
    read: missingRights,
  },
  { pattern: /database "[^"]*" does not exist/i, read: noSuchDatabase },
  {
    pattern:
      /alert.(certificate.required|bad.certificate)|requires a valid client certificate|(CERTIFICATE_REQUIRED|BAD_CERTIFICATE)\b/i,
    read: wantsCertificate,
  },
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|certificate verify failed|self[- ]signed certificate|certificate is not valid for|CertificateError/i,
    read: untrusted,
  },
  {
    pattern:
      /WRONG_VERSION_NUMBER|wrong version number|record layer failure|unknown protocol|server does not support SSL|server doesn't support (SSL|it)/i,
    read: speaksNoTls,
  },
  {
    pattern: /require_secure_transport|insecure transport|SSL connection is required/i,
    read: (instance) => speaksTls(instance, "it takes connections by TLS only"),
  },
  {
    // The server closes what is no TLS without a word, or web servers answer in the clear that they want it.
    pattern:
      /RemoteDisconnected|without response|Connection reset by peer|closed by server|connection closed|400 (Client Error|Bad Request).* for url: http:/i,
    read: closesConnection,
  },
  {
    pattern:
      /connection refused|timed out|timeout (connecting|expired)|no route to host|Max retries exceeded|Unable to retrieve stats/i,
    read: silence,
  },
];

/** What an instance's error comes to, with the line that puts it right if there is one. */
export function failureOf(instance: FailingInstance): Failure {
  for (const { pattern, read } of kinds) {
    if (pattern.test(instance.error)) return read(instance);
  }
  return otherError();
}

function forbiddenPage(instance: FailingInstance): Failure {
  return statusPage(instance, "status-page-forbidden", "it refuses its status page to the agent");
}

function statusPage({ container, service, root }: FailingInstance, reason: Reason, why: string): Failure {
  if (service?.hasStatusPage !== true) {
    const isMissing = reason === "status-page-missing";
    return { reason, why, fixes: isMissing ? hintFix(container, service, "path", "/PATH") : [] };
  }
  if (requestedPage(container) === service.service) {
    return { reason, why: `${why}: it has not loaded the generated page, or another one comes first`, fixes: [] };
  }
  return { reason, why, fixes: root === undefined ? [] : statusPageFixes(container.name, service.service, root) };
}

/** The folder in the official images from which each server includes the generated page, and the line that does so. */
const included: Readonly<Record<string, { readonly folder: string; readonly line: string }>> = {
  nginx: { folder: "/etc/nginx/conf.d/datadog", line: "include /etc/nginx/conf.d/datadog/*.conf;" },
  apache: { folder: "/usr/local/apache2/conf/datadog", line: "IncludeOptional /usr/local/apache2/conf/datadog/*.conf" },
};

function statusPageFixes(container: string, service: string, root: string): Fix[] {
  const { folder, line } = included[service] ?? { folder: "FOLDER", line: "" };
  const source = `${new HostPaths(root).generated}/${service}/${container}`;
  return [
    { place: "host", line: `mkdir -p ${source}` },
    { place: "container", line: `--label datadog-hosts.status-page=${service} --volume ${source}:${folder}:ro` },
    ...(line === "" ? [] : [{ place: "server", line } as const]),
  ];
}

/** The most ports that a reason names. */
const mostPorts = 5;

function silence({ container, service, address, error, fromHost }: FailingInstance): Failure {
  const port = Number(/:(\d{1,5})(?:\/|$)/.exec(address.replace(/^[a-z]+:\/\//, ""))?.[1] ?? NaN);
  const usual = service?.defaultPort;
  const exposed = container.ports.filter((other) => other !== port);
  const better = usual !== undefined && exposed.includes(usual) ? usual : exposed.length === 1 ? exposed[0] : undefined;
  if (better === undefined && exposed.length > 1 && exposed.length === container.ports.length) {
    const ports = exposed.slice(0, mostPorts).join(", ");
    return {
      reason: "no-answer",
      why: `nothing answers at ${address}; it exposes several other ports (${ports}${exposed.length > mostPorts ? ", …" : ""}) and does not say which one it is`,
      fixes: [hintLine(container, service?.service ?? "", "port", "PORT")],
    };
  }
  if (better === undefined) {
    const why = `nothing answers at ${address}: does the server listen on all of the container's addresses?`;
    // The kernel keeps a host from such networks of its own, and their names don't say what they are.
    const apart =
      fromHost && !/refused/i.test(error)
        ? " If it is on a macvlan or ipvlan network: no host reaches its own. Take agent.network out and list the network in networks."
        : "";
    return { reason: "no-answer", why: why + apart, fixes: [] };
  }
  return {
    reason: "no-answer",
    why: `nothing answers at ${address}; it exposes port ${better}`,
    fixes: [hintLine(container, service?.service ?? "", "port", String(better))],
  };
}
