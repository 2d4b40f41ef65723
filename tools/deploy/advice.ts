import { sshLines } from "../../infra/shell";

/** What many other failures lead to. */
const lostConnection = "the connection to the host was lost";

/** Known failures with their remedies, by patterns of the provider's message. The first match counts. */
const advice: readonly { readonly pattern: RegExp; readonly meaning: string; readonly remedy: string }[] = [
  // First, because an unreachable registry looks like an unreachable host.
  {
    pattern:
      /unable to (pull|find or pull|read docker image)|pull access denied|manifest (for .* )?(unknown|not found)|error pulling image|failed to resolve reference/i,
    meaning: "the image is not available",
    remedy:
      "Check that the image reference in the stack file is right and that the host reaches its registry (or load the image there by hand).",
  },
  {
    pattern: /dial unix (?!\S*docker)\S+: connect: /i,
    meaning: "SSH_AUTH_SOCK names an ssh agent that does not answer",
    remedy: "Restart the agent, or unset SSH_AUTH_SOCK if privateKeyFile names the key, then run again.",
  },
  // Before the failures of an ssh connection: the docker command on the host may fail in the same words.
  {
    pattern: /failed to open the raw stream connection: dial tcp|docker endpoint: context|context ".*" is not found/i,
    meaning: "the docker command of the host's user does not use the machine's own engine",
    remedy:
      "Let it do so (docker context use default there, no DOCKER_HOST or DOCKER_CONTEXT in ~/.bashrc and the like), then run again.",
  },
  {
    pattern: /unrecognized command .podman system dial-stdio/i,
    meaning: "the docker command on the host is Podman's",
    remedy: "Install Docker there (its client and engine) in its place, then run again.",
  },
  {
    pattern: /\b400 Bad Request/,
    meaning: "sshd runs a command of its own in place of the one that it is given",
    remedy:
      "Look for command= in the user's authorized_keys, and for ForceCommand in the sshd_config there: this program needs a key that may run any command, then run again.",
  },
  {
    pattern: /bad configuration option|unsupported option/i,
    meaning: "this machine's ssh does not support a required option",
    remedy: "Install OpenSSH 8.5 or newer here (ssh -V), then run again.",
  },
  {
    pattern: /administratively prohibited/i,
    meaning: "the jump host does not forward connections",
    remedy: "Allow it in the sshd_config there (AllowTcpForwarding yes), then run again.",
  },
  {
    pattern: /open failed: connect failed: open failed|rejected: connect failed \(open failed\)/i,
    meaning: "the host's sshd lets the user log in, but run no command",
    remedy: "Allow sessions in its sshd_config (MaxSessions 10), then run again.",
  },
  {
    pattern: /connection refused/i,
    meaning: "nothing listens at the host's address and port",
    remedy: "Check that the host is up and that sshd listens on this port, then run again.",
  },
  {
    pattern: /during banner exchange/i,
    meaning: "the host accepts connections, but its sshd does not answer",
    remedy:
      "Check the machine and its sshd (this happens without free memory), and that the port is sshd's, then run again.",
  },
  {
    pattern: /i\/o timeout|timed out|not responding|deadline exceeded|no route to host|network is unreachable/i,
    meaning: "the host does not answer",
    remedy:
      "Check that the host is up, and that its address and port are right and reachable from here, then run again.",
  },
  {
    pattern: /no such host|could not resolve|name or service not known|temporary failure in name resolution/i,
    meaning: "the host's address can't be resolved",
    remedy:
      "Correct the host's address, or write its IP address: only names in DNS and /etc/hosts are found, none of ~/.ssh/config.",
  },
  {
    pattern: /host key mismatch|host key verification failed|remote host identification has changed/i,
    meaning: "the host's key differs from the one in the stack file",
    remedy:
      "If the machine was reinstalled, put its new key into the stack file (`ssh-keyscan -t ed25519 ADDRESS`, compared on the machine itself). If not, somebody may be intercepting the connection.",
  },
  {
    pattern: /no matching host key type|no common algorithm for host key/i,
    meaning: "the host has no ed25519 host key",
    remedy: "Create one there (ssh-keygen -A, then restart sshd) and put it into the stack file, then run again.",
  },
  {
    pattern:
      /no common algorithm for (key exchange|(client|server) to)|no matching (key exchange method|cipher|mac) found/i,
    meaning: "the host's sshd allows none of the algorithms that this machine's ssh and Pulumi's command plugin use",
    remedy:
      "Allow some that are widely known in its sshd_config (KexAlgorithms +curve25519-sha256, Ciphers +aes256-ctr, MACs +hmac-sha2-256), then run again.",
  },
  {
    pattern: /password has expired|password change required|account (has|is) expired/i,
    meaning: "the account of the user on the host has expired, or its password",
    remedy: "Renew it there (passwd USER, chage -M -1 USER), then run again.",
  },
  {
    pattern: /too many authentication failures/i,
    meaning: "your ssh agent offers more keys than the host accepts attempts",
    remedy: "Name the right one as privateKeyFile, then run again.",
  },
  {
    pattern: /load key |unprotected private key/i,
    meaning: "ssh can't use the key that privateKeyFile names",
    remedy: "Check that it is a private key without a passphrase that only you can read (chmod 600).",
  },
  {
    pattern: /with partial success/i,
    meaning: "the host asks for more than a key",
    remedy:
      "Let this user log in with the key alone (in its sshd_config: Match User USER, AuthenticationMethods publickey), then run again.",
  },
  {
    pattern: /permission denied \((?!\S*publickey)(password|keyboard|gssapi|hostbased)/i,
    meaning: "the host takes no keys from this user",
    remedy: "Allow them in its sshd_config (PubkeyAuthentication yes), then run again.",
  },
  {
    // The system's ssh has logged in before, wherever something was to be created or changed.
    pattern: /unable to authenticate/i,
    meaning: "the host accepts none of your keys for this user",
    remedy:
      "Check that user and privateKeyFile (or the keys in your ssh agent: `ssh-add -l`) are right, and that the key is in the user's authorized_keys. If ssh itself can log in: Pulumi's command plugin uses no certificates, and no keys of ~/.ssh that privateKeyFile does not name.",
  },
  {
    pattern: /permission denied \((publickey|password|keyboard|gssapi|hostbased)/i,
    meaning: "the host accepts none of your keys for this user",
    remedy:
      "Check that user and privateKeyFile (or the keys in your ssh agent: `ssh-add -l`) are right, and that the key is in the user's authorized_keys. If it is, sshd's log on the host says why it is refused (journalctl -u ssh -u sshd).",
  },
  {
    pattern: /malformed HTTP|Parse Error: Expected HTTP/i,
    meaning: "the user's login shell prints text before the Docker engine's answers",
    remedy:
      "Change ~/.bashrc and the like on the host so that they print nothing, or only to a terminal, then run again.",
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
    meaning: "there is no docker on the PATH of ssh's commands on the host",
    remedy: "Install Docker there, or add its folder to the PATH of non-login shells, then run again.",
  },
  {
    pattern: /container name .* is already in use/i,
    meaning: "another container has this name, and it is not this stack's",
    remedy: "Look at it on the host (`docker inspect`), and remove or rename it, then run again.",
  },
  {
    pattern: /network \S+ not found/i,
    meaning: "a Docker network that the container joins is gone",
    remedy: "Create it on the host (docker network create NAME) or remove it from the host's networks, then run again.",
  },
  {
    pattern: /network \S+ is ambiguous/i,
    meaning: "several Docker networks on the host have the same name",
    remedy:
      "Keep the one with your containers and remove the others by their ids (docker network ls, docker network rm ID), then run again.",
  },
  {
    pattern: /user namespaces? (are|is) enabled|incompatible with user namespace/i,
    meaning: "the engine maps users (userns-remap), so the agent can't see the host's processes",
    remedy: "Remove userns-remap from the engine's settings (/etc/docker/daemon.json), restart it, then run again.",
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    meaning: "the host's disk is full",
    remedy: "Free space on the host (`docker system df`), then run again.",
  },
  {
    pattern:
      /\bsh: (command )?not found|(unknown command|command not found):? sh$|restricted: cannot specify|^\/\S+sh: no such file or directory/im,
    meaning: "the user's login shell there does not run ssh's commands",
    remedy:
      "Give the user a usual shell, which is there (also in a ChrootDirectory of sshd) and has the folder of sh in its PATH, then run again.",
  },
  // Last, because other failures end a connection too.
  {
    pattern:
      /without exit status or exit signal|connection (reset|closed|lost)|closed by remote host|broken pipe|\bEOF(: running .*)?$|has exited with signal/im,
    meaning: lostConnection,
    remedy:
      "Check the machine and its sshd (with many simultaneous logins, raise MaxStartups), then run again: that continues the run.",
  },
];

/** The meaning of a failure, and its remedy. */
export interface Advice {
  readonly meaning: string;
  readonly remedy: string;
  /** The matching line of the message, the last one if there are several. */
  readonly line: string;
}

/** Whether a failure says only that a connection, or a program that was asked, has ended. */
export function isLostConnection(message: string): boolean {
  return /context canceled/.test(message) || adviceFor(message)?.meaning === lostConnection;
}

/**
 * The meaning and remedy of a failure; undefined if it is not known.
 * @param message of a provider, ssh or the engine. ssh's own words take precedence over a host's banner.
 */
export function adviceFor(message: string): Advice | undefined {
  const own = adviceIn(sshLines(message));
  // sshd says in the banner that an account has expired, and ends the connection.
  return own === undefined || own.meaning === lostConnection ? adviceIn(message) : own;
}

function adviceIn(message: string): Advice | undefined {
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
