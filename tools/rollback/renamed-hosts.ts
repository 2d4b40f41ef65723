import { isMap, parseDocument } from "yaml";

import { itemsOf, memberOf } from "../shared/values";

const hostsKey = "datadog-hosts:hosts";

/**
 * An earlier version of a stack's file, in which each host that was renamed since has its present name among its former ones.
 * Without that, it would count as another host on a machine that is taken, and the renamed one would be removed.
 * @param present the addresses of the stack's hosts, by their present names.
 * @returns the text, and the names that were added to it.
 */
export function withPresentNames(
  earlier: string,
  present: ReadonlyMap<string, string>,
): { readonly text: string; readonly added: readonly string[] } {
  const document = parseDocument(earlier, { logLevel: "silent" });
  const hosts = itemsOf(memberOf(memberOf(document.toJS(), "config"), hostsKey));
  const known = new Set(hosts.flatMap((host) => [memberOf(host, "name"), ...itemsOf(memberOf(host, "formerNames"))]));
  const addresses = [...hosts.map((host) => memberOf(host, "address")), ...present.values()];
  const added = hosts.flatMap((host, index) => {
    const [name, address] = [memberOf(host, "name"), memberOf(host, "address")];
    // Two hosts behind one address are told apart by more than that.
    const isClear = addresses.filter((other) => other === address).length === 2;
    const [now] = [...present].find(([, other]) => other === address) ?? [];
    if (now === undefined || !isClear || known.has(now) || present.has(String(name))) return [];
    const entry = document.getIn(["config", hostsKey, index]);
    if (!isMap(entry)) return [];
    entry.set("formerNames", document.createNode([...itemsOf(memberOf(host, "formerNames")), now]));
    return [now];
  });
  return { text: added.length === 0 ? earlier : document.toString({ lineWidth: 0 }), added };
}
