/** What to do about a failure, by what the message of a provider looks like. The first that fits counts. */
const advice: readonly { readonly pattern: RegExp; readonly meaning: string; readonly remedy: string }[] = [
  // First, since it tells why a registry could not be reached in the words of a host that can't.
  {
    pattern:
      /unable to (pull|find or pull|read docker image)|pull access denied|manifest (for .* )?(unknown|not found)|error pulling image|failed to resolve reference/i,
    meaning: "the image can't be had",
    remedy:
      "See that the image reference in the stack file is right and that the host reaches its registry (or load the image there by hand).",
  },
  {
    pattern: /dial unix (?!\S*docker)\S+: connect: /i,
    meaning: "SSH_AUTH_SOCK names an ssh agent that does not answer",
    remedy: "Start the agent anew, or unset SSH_AUTH_SOCK where privateKeyFile names the key, then run again.",
  },
  {
    pattern: /bad configuration option|unsupported option/i,
    meaning: "this machine's ssh does not know an option that is needed",
    remedy: "Install OpenSSH 8.5 or newer here (ssh -V), then run again.",
  },
  {
    pattern: /administratively prohibited/i,
    meaning: "the jump host does not let connections through",
    remedy: "Allow it in the sshd_config there (AllowTcpForwarding yes), then run again.",
  },
  {
    pattern: /connection refused/i,
    meaning: "nothing listens at the host's address and port",
    remedy: "See that the host is up and that sshd listens on this port, then run again.",
  },
  {
    pattern: /during banner exchange/i,
    meaning: "the host takes connections, but its sshd does not answer",
    remedy:
      "See how the machine and its sshd fare (one without free memory looks like this), and that the port is sshd's, then run again.",
  },
  {
    pattern: /i\/o timeout|timed out|not responding|deadline exceeded|no route to host|network is unreachable/i,
    meaning: "the host does not answer",
    remedy: "See that the host is up and that its address and port are right and open from here, then run again.",
  },
  {
    pattern: /no such host|could not resolve|name or service not known|temporary failure in name resolution/i,
    meaning: "the host's address can't be found",
    remedy: "Correct the host's address in the stack file. Names that stand only in ~/.ssh/config don't count.",
  },
  {
    pattern: /host key mismatch|host key verification failed|remote host identification has changed/i,
    meaning: "the host shows another host key than the stack file says",
    remedy:
      "If the machine was set up anew, put its new key into the stack file (`ssh-keyscan -t ed25519 ADDRESS`, compared on the machine itself). If not, somebody may sit between you and it.",
  },
  {
    pattern: /no matching host key type|no common algorithm for host key/i,
    meaning: "the host has no ed25519 host key",
    remedy: "Make one there (ssh-keygen -A, then restart sshd) and put it into the stack file, then run again.",
  },
  {
    pattern: /too many authentication failures/i,
    meaning: "your ssh agent offers more keys than the host lets one try",
    remedy: "Name the right one as privateKeyFile, then run again.",
  },
  {
    pattern: /load key |unprotected private key/i,
    meaning: "ssh can't use the key that privateKeyFile names",
    remedy: "See that it is a private key that you alone can read (chmod 600) and that opens without a passphrase.",
  },
  {
    pattern: /unable to authenticate|permission denied \((publickey|password|keyboard|gssapi|hostbased)/i,
    meaning: "the host takes none of your keys for this user",
    remedy:
      "See that user and privateKeyFile (or the keys in your ssh agent: `ssh-add -l`) are right, and that the key is in the user's authorized_keys.",
  },
  {
    pattern: /malformed HTTP|Parse Error: Expected HTTP/i,
    meaning: "what the user's login shell prints stands before the Docker engine's answers",
    remedy: "See that ~/.bashrc and the like on the host print nothing, or print to a terminal alone, then run again.",
  },
  {
    pattern:
      /permission denied while trying to connect to the docker|dial unix \S*docker\S*: connect: permission denied/i,
    meaning: "the host's user may not use Docker",
    remedy: "Add the user to the docker group (usermod -aG docker USER), then run again.",
  },
  {
    pattern: /cannot connect to the docker|is the docker daemon running|dial unix \S*docker\S*: connect: /i,
    meaning: "the host's Docker engine does not answer",
    remedy: "Start it (systemctl start docker), then run again.",
  },
  {
    pattern: /docker: (command )?not found|(unknown command|command not found): docker/i,
    meaning: "the commands that ssh runs on the host find no docker",
    remedy:
      "Install Docker there, or put the folder of its docker command into the PATH of shells that are no login shells, then run again.",
  },
  {
    pattern: /container name .* is already in use/i,
    meaning: "a container of this name is there already, and it is not this stack's",
    remedy: "Look at it on the host (`docker inspect`), and remove or rename it, then run again.",
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    meaning: "the host's disk is full",
    remedy: "Free space on the host (`docker system df`), then run again.",
  },
  // Last, since other failures end a connection too.
  {
    pattern:
      /without exit status or exit signal|connection (reset|closed|lost)|closed by remote host|broken pipe|\bEOF$|has exited with signal/im,
    meaning: "the connection to the host was lost",
    remedy:
      "See how the machine and its sshd fare (one that takes too few logins at once needs a higher MaxStartups), then run again: it goes on where it stopped.",
  },
];

/** What a failure means and what to do about it. */
export interface Advice {
  readonly meaning: string;
  readonly remedy: string;
  /** The line of the message that says it, the last one where there are several. */
  readonly line: string;
}

/** A failure in a person's words: what it means and what to do. Undefined where it is none of the known ones. */
export function adviseOn(message: string): Advice | undefined {
  const found = advice.find(({ pattern }) => pattern.test(message));
  if (found === undefined) return undefined;
  const lines = message.split("\n").filter((text) => found.pattern.test(text));
  const line = lines.pop() ?? message;
  const { meaning, remedy } = found;
  if (!isAtJumpHost(message)) return { meaning, remedy, line };
  const atJumpHost = (text: string): string =>
    text.replace(/\bthe host(?='s| |$)/g, "the jump host").replace("its new key", "its new key as jump.hostKey");
  return { meaning: atJumpHost(meaning), remedy: atJumpHost(remedy), line };
}

/**
 * Whether a connection failed at its first hop. The command provider puts `proxy:` before failures at either hop, but
 * only the first is tried several times; ssh names the outer connection as one that was closed on it, at either hop too.
 */
function isAtJumpHost(message: string): boolean {
  if (/stdio forwarding failed/.test(message)) return false;
  return /\bproxy: (?!after 0 failed attempts)/.test(message) || /Connection closed by UNKNOWN port/.test(message);
}
