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
    pattern: /connection refused/i,
    meaning: "nothing listens at the host's address and port",
    remedy: "See that the host is up and that sshd listens on this port, then run again.",
  },
  {
    pattern: /i\/o timeout|timed out|not responding|deadline exceeded|no route to host|network is unreachable/i,
    meaning: "the host does not answer",
    remedy: "See that the host is up and that its address and port are right and open from here, then run again.",
  },
  {
    pattern: /no such host|could not resolve|name or service not known|temporary failure in name resolution/i,
    meaning: "the host's address can't be found",
    remedy: "Correct the host's address in the stack file.",
  },
  {
    pattern: /host key mismatch|host key verification failed|remote host identification has changed/i,
    meaning: "the host shows another host key than the stack file says",
    remedy:
      "If the machine was set up anew, put its new key into the stack file (`ssh-keyscan -t ed25519 ADDRESS`, compared on the machine itself). If not, somebody may sit between you and it.",
  },
  {
    pattern: /unable to authenticate|permission denied \(publickey/i,
    meaning: "the host takes none of your keys for this user",
    remedy:
      "See that user and privateKeyFile (or the keys in your ssh agent) are right, and that the key is in the user's authorized_keys.",
  },
  {
    pattern: /container name .* is already in use/i,
    meaning: "a container of this name is there already, and it is not this stack's",
    remedy: "Look at it on the host (`docker inspect`), and remove or rename it, then run again.",
  },
  {
    pattern: /no space left on device/i,
    meaning: "the host's disk is full",
    remedy: "Free space on the host (`docker system df`), then run again.",
  },
];

/** A failure in a person's words: what it means and what to do. Undefined where it is none of the known ones. */
export function adviseOn(message: string): { readonly meaning: string; readonly remedy: string } | undefined {
  const found = advice.find(({ pattern }) => pattern.test(message));
  if (found === undefined || !isAtJumpHost(message)) return found;
  const atJumpHost = (text: string): string =>
    text.replace(/\bthe host(?='s| |$)/g, "the jump host").replace("its new key", "its new key as jump.hostKey");
  return { meaning: atJumpHost(found.meaning), remedy: atJumpHost(found.remedy) };
}

/**
 * Whether a connection failed at its first hop. The command provider puts `proxy:` before failures at either hop, but
 * only the first is tried several times; the docker provider names the outer connection as one that was closed on it.
 */
function isAtJumpHost(message: string): boolean {
  return /\bproxy: (?!after 0 failed attempts)/.test(message) || /Connection closed by UNKNOWN port/.test(message);
}
