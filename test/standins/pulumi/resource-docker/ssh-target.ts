/** Where an engine is reached: by ssh, or by a socket of this machine. */
export type EngineTarget =
  { readonly kind: "ssh"; readonly arguments: readonly string[] } | { readonly kind: "socket"; readonly path: string };

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

function word(text: string, what: string): string {
  if (!PLAIN_WORD.test(text)) {
    throw new Error(`unable to parse docker host: the ${what} "${text}" has characters that would need quoting`);
  }
  return text;
}

/**
 * The arguments of `ssh` that end in a stream to the engine of `host`. The user's own options come before the defaults,
 * and OpenSSH takes the first value of an option. The command is one argument, as is the timeout's option.
 */
function sshArguments(host: URL, options: readonly string[]): string[] {
  const invalid = (reason: string): Error => new Error(`ssh host connection is not valid: invalid SSH URL: ${reason}`);
  if (host.password !== "") throw invalid("plain-text password is not supported");
  if (host.hostname === "") throw invalid("hostname is empty");
  if (host.search !== "") throw invalid(`query parameters are not allowed: "${host.search.slice(1)}"`);
  if (host.hash !== "") throw invalid(`fragments are not allowed: "${host.hash.slice(1)}"`);
  const user = host.username === "" ? [] : ["-l", word(decodeURIComponent(host.username), "user")];
  const port = host.port === "" ? [] : ["-p", host.port];
  const timeout = options.join("").includes("ConnectTimeout") ? [] : ["-o ConnectTimeout=30"];
  const noTerminal = options.includes("-T") ? [] : ["-T"];
  const socket = host.pathname.replaceAll("/", "") === "" ? "" : ` --host=unix://${word(host.pathname, "path")}`;
  const name = host.hostname.replace(/^\[(.*)\]$/, "$1");
  return [
    ...[...user, ...port, ...options, ...timeout, ...noTerminal, "--", word(name, "host name")],
    `docker${socket} system dial-stdio`,
  ];
}

/** Reads the provider's `host`. Throws when it is of a kind that this stand-in does not serve. */
export function parseTarget(host: string, sshOptions: readonly string[]): EngineTarget {
  if (host.startsWith("unix://")) return { kind: "socket", path: host.slice("unix://".length) };
  if (!host.startsWith("ssh://")) {
    throw new Error(`the stand-in for the Docker plugin reaches ssh:// and unix:// hosts only, not "${host}"`);
  }
  return { kind: "ssh", arguments: sshArguments(new URL(host), sshOptions) };
}
