import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { docker, dockerLines, dockerText } from "../../tools/shared/docker";
import { UserError } from "../../tools/shared/errors";
import { withLock } from "../../tools/shared/lock";
import { silent } from "../../tools/shared/progress";
import { masqueradedNetworks } from "./engine-network";
import { ownerLabel, ownerOf } from "./labels";

/** The Docker network of an owner's test hosts, like the network of a data centre. */
export interface HostNetwork {
  readonly name: string;
  /** `10.x.y`: the first three parts of its addresses. */
  readonly prefix: string;
}

/**
 * The network of an owner's test hosts; it is created if it does not exist, on a subnet that nothing on this machine uses.
 * Test hosts' own engines use other ranges (see `daemon.json` in `files.ts`), so that they can reach all of it.
 */
export async function ensureHostNetwork(owner: string): Promise<HostNetwork> {
  const name = `datadog-hosts-test-${owner}`;
  return withLock(`network ${name}`, silent, async () => {
    const found = await dockerLines(["network", "ls", "--quiet", "--filter", `name=^${name}$`]);
    if (found[0] === undefined) await createOnFreeSubnet(name, owner);
    const subnet = await dockerText(["network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", name]);
    return { name, prefix: subnet.split(".").slice(0, 3).join(".") };
  });
}

async function createOnFreeSubnet(name: string, owner: string): Promise<void> {
  const used = await usedAddresses();
  for (let third = 0; third < 256; third++) {
    const prefix = `10.231.${third}`;
    if (used.some((address) => overlaps(address, prefix))) continue;
    const created = await docker(
      [
        "network",
        "create",
        "--label",
        ownerLabel(owner),
        "--subnet",
        `${prefix}.0/24`,
        "--gateway",
        `${prefix}.1`,
        name,
      ],
      { check: false },
    );
    if (created.status === 0) return;
    // Another owner has taken the subnet meanwhile.
    if (!/overlap/i.test(created.stderr))
      throw new UserError(`Can't create the Docker network ${name}: ${created.stderr.trim()}`);
  }
  throw new UserError(
    "No free subnet in 10.231.0.0/16 for the test hosts. Remove old Docker networks (`docker network prune`).",
  );
}

/**
 * The destinations of this machine's routes, such as `10.1.2.0/24`. Interfaces are not enough: an engine leaves its bridges
 * behind, which are down but still have routes. The table is hexadecimal with the lowest byte first (proc_net(5)).
 */
function routedNetworks(): string[] {
  const address = (hex: string): string =>
    (hex.match(/../g) ?? [])
      .reverse()
      .map((byte) => parseInt(byte, 16))
      .join(".");
  const rows = readFileSync("/proc/net/route", "utf8").trim().split("\n").slice(1);
  return rows.map((row) => {
    const [, destination = "", , , , , , mask = ""] = row.split("\t");
    const bits = (mask.match(/../g) ?? [])
      .map((byte) => parseInt(byte, 16).toString(2))
      .join("")
      .replaceAll("0", "");
    return `${address(destination)}/${bits.length}`;
  });
}

/**
 * Addresses with prefix length (`10.1.2.3/24`) of this machine's interfaces, routes and packet filter, and of all Docker
 * networks.
 */
async function usedAddresses(): Promise<string[]> {
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const ids = await dockerLines(["network", "ls", "--quiet"]);
  const format = "{{range .IPAM.Config}}{{println .Subnet}}{{end}}";
  // A network may be removed between the two commands; the others are enough.
  const subnets = (await docker(["network", "inspect", "--format", format, ...ids], { check: false })).stdout.split(
    "\n",
  );
  // The default route is no network.
  const routes = routedNetworks().filter((cidr) => !cidr.endsWith("/0"));
  const filtered = await masqueradedNetworks();
  return [...interfaces.flatMap((entry) => entry.cidr ?? []), ...routes, ...filtered, ...subnets].filter((cidr) =>
    /^\d+\.\d/.test(cidr),
  );
}

/** Whether a network in CIDR notation overlaps the /24 of a prefix. */
export function overlaps(cidr: string, prefix: string): boolean {
  const [address = "", length = "32"] = cidr.split("/");
  const bits = Math.min(Number(length), 24);
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return (numberOf(address) & mask) >>> 0 === (numberOf(`${prefix}.0`) & mask) >>> 0;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The first address of the network that none of the owner's hosts uses, running or not. */
export async function freeAddress(network: HostNetwork, owner: string): Promise<string> {
  const format = '{{index .Config.Labels "datadog-hosts.address"}}';
  const hosts = await dockerLines(["ps", "--all", "--quiet", "--filter", `label=${ownerLabel(owner)}`]);
  const taken = new Set(hosts.length === 0 ? [] : await dockerLines(["inspect", "--format", format, ...hosts]));
  for (let last = 11; last < 255; last++) {
    const address = `${network.prefix}.${last}`;
    if (!taken.has(address)) return address;
  }
  throw new UserError(`No free address in ${network.prefix}.0/24 for another test host of ${ownerOf(owner)}.`);
}
