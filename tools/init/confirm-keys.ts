import { allOf, UserError } from "../shared/errors";
import type { NamedHost } from "./answers";
import { fingerprintOf, judgeHostKey, knownHostKey, readOnTheMachine, scanHostKey } from "./host-key";
import type { Prompts } from "./prompts";

/** A host whose key somebody has confirmed. */
export interface KeyedHost extends NamedHost {
  readonly hostKey: string;
}

/**
 * Reads the hosts' keys, shows their fingerprints, and lets through those that are known to be right: by a fingerprint
 * that was given, by this user's known_hosts, or by the person at the terminal.
 * @param say takes lines for the person.
 * @throws UserError where a host shows no key, another one than ssh knows, or one that nobody confirms.
 */
export async function confirmHostKeys(
  hosts: readonly NamedHost[],
  fingerprints: readonly string[],
  prompts: Prompts | undefined,
  say: (text: string) => void,
): Promise<KeyedHost[]> {
  const scanned = await allOf(
    hosts.map(async (host) => {
      const hostKey = await scanHostKey(host);
      return { host: { ...host, hostKey }, known: await knownHostKey(host) };
    }),
  );
  const unconfirmed: string[] = [];
  for (const { known, host } of scanned) {
    const fingerprint = fingerprintOf(host.hostKey);
    const verdict = judgeHostKey(host.hostKey, known, fingerprints);
    say(
      `${host.name} (${host.address}) shows the host key ${fingerprint}${verdict === "confirmed" ? ", which is known" : ""}`,
    );
    if (verdict === "another") {
      throw new UserError(
        `Host ${host.name} (${host.address}) shows another key than your known_hosts has for it. If the machine was set up anew, ` +
          `take the old one out (ssh-keygen -R ${host.address}); if not, somebody may sit between you and it. Nothing was written.`,
      );
    }
    if (verdict === "confirmed") continue;
    if (prompts === undefined) unconfirmed.push(fingerprint);
    else if (!(await prompts.confirm(`  On the machine itself, \`${readOnTheMachine}\` prints it. Is it the same?`))) {
      throw new UserError(`The host key of ${host.name} was not confirmed. Nothing was written.`);
    }
  }
  if (unconfirmed.length > 0) {
    throw new UserError(
      `Nobody has confirmed these keys yet, and nothing was written. Compare them on the machines themselves (${readOnTheMachine}), ` +
        `then run it again with FINGERPRINTS='${unconfirmed.join(" ")}'.`,
    );
  }
  return scanned.map(({ host }) => host);
}
