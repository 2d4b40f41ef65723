import { isIPv6 } from "node:net";

import { masked } from "../shared/secrets";
import { entriesOf, itemsOf, textOf } from "../shared/values";

/** The settings of one instance; an empty map if its config is not a mapping. */
export type InstanceSettings = ReadonlyMap<string, unknown>;

/**
 * The settings of a parsed instance.
 * @param source every value of the config that the instance came from, if the agent may resolve something in it: all other
 *   values are masked, because they may be secrets. Undefined if nothing can be resolved.
 */
export function settingsOf(parsed: unknown, source?: ReadonlySet<string>): InstanceSettings {
  const show = (value: unknown): unknown =>
    source === undefined || typeof value !== "string" || source.has(value) ? value : masked;
  return new Map(entriesOf(parsed).map(([key, value]) => [key, Array.isArray(value) ? value.map(show) : show(value)]));
}

/** Keys of checks for the address or the addresses that they connect to, if it is not the URL of a page. */
const addressKeys = ["host", "server", "hosts", "kafka_connect_str"] as const;

/** The address that an instance connects to, from the key that its check uses for it. */
export function describeInstance(settings: InstanceSettings, check: string): string {
  const urls = [...settings.keys()].filter(
    (key) => /(^|_)(url|endpoint)$/.test(key) && typeof settings.get(key) === "string",
  );
  // The agent shows keys in another order than a file has them: of several, the status page counts whatever the order.
  const url = settings.get(urls.find((key) => key.endsWith("status_url")) ?? urls.sort()[0] ?? "");
  const [plain] = addressKeys.flatMap((key) => {
    const value = settings.get(key);
    return (Array.isArray(value) ? value.slice(0, 1) : [value]).map(textOf).filter((text) => text !== "");
  });
  const address = textOf(url) || (plain ?? "");
  if (address === "") return `(${check})`;
  const port = textOf(settings.get("port"));
  return port === "" ? address : `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** The host in an instance's address: `172.18.0.5` of `172.18.0.5:6379`, `2001:db8::5` of `http://[2001:db8::5]:80/`. */
export function hostIn(address: string): string {
  // memcached's check of generation 5 has the address family before an IPv6 address.
  const rest = address.replace(/^([a-z]+:\/\/|inet6:)/, "");
  if (isIPv6(rest)) return rest;
  return /^\[([^\]]*)\]/.exec(rest)?.[1] ?? rest.replace(/[:/].*$/, "");
}

/** The tags of an instance. */
export function tagsOf(settings: InstanceSettings): string[] {
  return itemsOf(settings.get("tags")).map(textOf);
}
