import { allOf, UserError } from "../shared/errors";
import type { NamedHost } from "./answers";
import { fingerprintOf, verifyHostKey, knownHostKey, fingerprintCommand, scanHostKey } from "./host-key";
import type { Prompts } from "./prompts";

/** A host whose key has been confirmed. */
export interface HostWithKey extends NamedHost {
  readonly hostKey: string;
}

/**
 * Gets the hosts' keys, prints their fingerprints, and accepts each key that is confirmed: by one of the fingerprints, by
 * the user's known_hosts, or by the user on the terminal.
 * @param fingerprints that the user has compared.
 * @param prompts undefined if there is no terminal.
 * @param print receives lines for the user.
 * @throws UserError if a host shows no key, a key that differs from known_hosts, or a key that is not confirmed.
 */
export async function confirmHostKeys(
  hosts: readonly NamedHost[],
  fingerprints: readonly string[],
  prompts: Prompts | undefined,
  print: (text: string) => void,
): Promise<HostWithKey[]> {
  const scanned = await allOf(
    hosts.map(async (host) => {
      const hostKey = await scanHostKey(host);
      return { host: { ...host, hostKey }, known: await knownHostKey(host) };
    }),
  );
  const unconfirmed: string[] = [];
  for (const { known, host } of scanned) {
    const fingerprint = fingerprintOf(host.hostKey);
    const verdict = verifyHostKey(host.hostKey, known, fingerprints);
    print(
      `${host.name} (${host.address}) has the host key ${fingerprint}${verdict === "confirmed" ? ", which is known" : ""}`,
    );
    if (verdict === "mismatch") {
      throw new UserError(
        `Host ${host.name} (${host.address}) shows another key than your known_hosts has for it. If the machine was reinstalled, ` +
          `remove the old key (ssh-keygen -R ${host.address}); if not, the connection may be intercepted. Nothing was written.`,
      );
    }
    if (verdict === "confirmed") continue;
    if (prompts === undefined) unconfirmed.push(fingerprint);
    else if (
      !(await prompts.confirm(
        `  On the machine itself, \`${fingerprintCommand}\` prints it. Is it the same?`,
        fingerprint,
      ))
    ) {
      throw new UserError(`The host key of ${host.name} was not confirmed. Nothing was written.`);
    }
  }
  if (unconfirmed.length > 0) {
    throw new UserError(
      `Nobody has confirmed these keys yet, and nothing was written. Compare them on the machines themselves (${fingerprintCommand}), ` +
        `then run it again with FINGERPRINTS='${unconfirmed.join(" ")}'.`,
    );
  }
  return scanned.map(({ host }) => host);
}
