import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { ProcessError, run } from "../../tools/shared/run";

/** The network settings of a machine that a Docker engine changes when it starts. */
export interface NetworkSettings {
  /** Whether the bridge `docker0` existed. */
  readonly bridge: boolean;
  /** Content of {@link forwardingFile}. */
  readonly forwarding: string;
  /** The packet filter's settings, as `iptables-save` and `ip6tables-save` print them; empty if there is none. */
  readonly filters: { readonly [program in FilterProgram]: string };
}

type FilterProgram = "iptables" | "ip6tables";

const forwardingFile = "/proc/sys/net/ipv4/ip_forward";
const bridgeFolder = "/sys/class/net/docker0";

/** Records the settings before an engine starts. */
export async function readNetworkSettings(): Promise<NetworkSettings> {
  return {
    bridge: existsSync(bridgeFolder),
    forwarding: await readFile(forwardingFile, "utf8"),
    filters: { iptables: await savedFilter("iptables"), ip6tables: await savedFilter("ip6tables") },
  };
}

/** Undoes the engine's changes and keeps changes that others have made since. A second call does nothing. */
export async function restoreNetworkSettings(before: NetworkSettings): Promise<void> {
  if (before.bridge) return;
  if (existsSync(bridgeFolder)) await run("ip", ["link", "delete", "docker0"]);
  for (const program of ["iptables", "ip6tables"] as const) {
    const now = await savedFilter(program);
    const cleaned = withoutDockerRules(now, before.filters[program]);
    if (cleaned !== now) await run(`${program}-restore`, [], { input: cleaned });
  }
  await writeFile(forwardingFile, before.forwarding);
}

/**
 * The networks, in CIDR notation, for which this machine has masquerading rules. A killed engine leaves such rules behind;
 * they would break a new network on the same addresses.
 */
export async function masqueradedNetworks(): Promise<string[]> {
  const saved = await Promise.all((["iptables", "iptables-legacy"] as const).map(savedFilter));
  return saved.flatMap(masqueradedIn);
}

/** The networks with masquerading rules in the output of `iptables-save`. */
export function masqueradedIn(saved: string): string[] {
  return [...saved.matchAll(/^-A POSTROUTING -s (\S+) .*-j MASQUERADE/gm)].map(([, network = ""]) => network);
}

async function savedFilter(program: FilterProgram | "iptables-legacy"): Promise<string> {
  try {
    return (await run(`${program}-save`, [], { check: false })).stdout;
  } catch (error) {
    if (error instanceof ProcessError) return "";
    throw error;
  }
}

/**
 * Packet filter settings without the chains and rules that a Docker engine adds, and with the FORWARD chain's previous
 * policy (an engine sets it to DROP). Both in the form of `iptables-save`.
 */
export function withoutDockerRules(now: string, before: string): string {
  const policy = /^:FORWARD (\w+)/m.exec(before)?.[1] ?? "ACCEPT";
  return now
    .split("\n")
    .filter((line) => line.startsWith("#") || !/\b(?:DOCKER[A-Z0-9-]*|docker0|br-[0-9a-f]{12})\b/.test(line))
    .map((line) => line.replace(/^:FORWARD \w+/, `:FORWARD ${policy}`))
    .join("\n");
}
