/** What an integration's page in `docs/integrations` says beside what follows from its other properties. */
export interface Guide {
  /** The service's name, such as "MySQL and MariaDB". */
  readonly title: string;
  /** What the check asks the service for, in a sentence or two of Markdown. */
  readonly reads: string;
  /** The steps that give the agent what it needs of the service, in order. Default: it needs nothing. */
  readonly steps?: readonly Step[];
  /** What a container can declare for it, by the names of hints. Default: the port alone. */
  readonly hints?: readonly GuideHint[];
  /** Further paragraphs of Markdown. Default: none. */
  readonly notes?: readonly string[];
  /** Against what it was run. Default: against the real service, in `make sandbox` or in the tests. */
  readonly tested?: "published options only";
}

/** One thing to do in or for the service. */
export interface Step {
  /** What to do, and why; a sentence of Markdown. */
  readonly text: string;
  /** The commands or the lines of a file, if any. `PASSWORD` stands for the password. */
  readonly code?: {
    readonly language: "sh" | "sql" | "ini" | "nginx" | "yaml" | "text";
    readonly lines: readonly string[];
  };
}

/** One hint that the integration reads. */
export interface GuideHint {
  /** Its name in `hintVariables`, such as `username`. */
  readonly hint: HintName;
  /** What it means here, and its default; the end of a sentence. */
  readonly meaning: string;
}

/**
 * The environment variables by which a container declares a hint; the label is `datadog-hosts.` and the hint's name.
 * `templates/generator/hints.tmpl` reads the same.
 */
export const hintVariables = {
  port: "VIRTPORT",
  connection: "CONNECTION",
  username: "CONNECTION_USERNAME",
  "password-file": "PASSWORD_FILE",
  database: "POSTGRES_DB",
  scheme: "STATUS_SCHEME",
  path: "STATUS_PATH",
  "status-port": "STATUS_PORT",
  "verify-tls": "STATUS_VERIFY_TLS",
  tls: "CONNECTION_TLS",
  "server-name": "SERVER_NAME",
  metrics: "METRICS",
} as const;

/** The variables by which a container says what becomes of its logs, as {@link hintVariables}; `logs.tmpl` reads the same. */
export const logHintVariables = { logs: "LOGS", "log-source": "LOG_SOURCE", "log-service": "LOG_SERVICE" } as const;

/** A value that a container can declare for an integration. */
export type HintName = keyof typeof hintVariables;

/** The hints of a service that the agent logs in to as a user: `CONNECTION="user,password"` and its alternatives. */
export function loginHints(fallback = "`datadog`"): GuideHint[] {
  return [
    { hint: "connection", meaning: "user and password, as `user,password`" },
    { hint: "username", meaning: `the user alone; default: ${fallback}` },
    {
      hint: "password-file",
      meaning: "the password from [a file of the host](../passwords.md), in place of one in the clear",
    },
  ];
}

/** The hints of a service that the agent connects to by TLS if the container says so. */
export const tlsHints: readonly GuideHint[] = [
  { hint: "tls", meaning: "`true` connects by TLS; default: without" },
  { hint: "verify-tls", meaning: "`false` accepts any certificate; default: one that the agent's image trusts" },
];

/** How the checks come to trust an authority that the agent's image does not know. */
export const ownAuthority =
  "To trust a certificate authority of your own with generation 7, mount its certificate into the agent (`agent.mounts`) and name it in `SSL_CERT_FILE` (`agent.environment`).";

/**
 * The hints of a service that is asked over HTTP.
 * @param path of the page by default; empty if the check needs none.
 * @param query whether the declared path may have a query. Default: no.
 */
export function pageHints(path: string, query = false): GuideHint[] {
  return [
    { hint: "scheme", meaning: "`https` or `http`; default: `http`" },
    {
      hint: "path",
      meaning: `the path of the page${query ? ", with a query if it needs one" : ""}; default: ${path === "" ? "none" : `\`${path}\``}`,
    },
    {
      hint: "verify-tls",
      meaning: "`false` accepts any certificate; default: with https, one for the container's address, which few are",
    },
  ];
}
