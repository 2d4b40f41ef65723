import { rm } from "node:fs/promises";
import { docker, dockerLines } from "../../tools/shared/docker";
import { ownerFolder } from "./keys";
import { ownerLabel } from "./labels";

/**
 * Removes everything that belongs to an owner's test hosts: containers, volumes, network, keys; nothing else. Returns what
 * it removed, as `container datadog-hosts-test-…`. Does nothing if no Docker engine answers.
 */
export async function removeAll(owner: string): Promise<string[]> {
  const filter = ["--filter", `label=${ownerLabel(owner)}`];
  const removed: string[] = [];
  const engine = await docker(["version"], { check: false, timeoutMs: 10_000 }).catch(() => undefined);
  if (engine?.status === 0) {
    const containers = await dockerLines(["ps", "--all", "--format", "{{.Names}}", ...filter]);
    await Promise.all(containers.map((container) => docker(["rm", "--force", "--volumes", container])));
    const volumes = await dockerLines(["volume", "ls", "--format", "{{.Name}}", ...filter]);
    if (volumes.length > 0) await docker(["volume", "rm", "--force", ...volumes]);
    const networks = await dockerLines(["network", "ls", "--format", "{{.Name}}", ...filter]);
    if (networks.length > 0) await docker(["network", "rm", ...networks]);
    const name = (kind: string) => (object: string) => `${kind} ${object}`;
    removed.push(
      ...containers.map(name("container")),
      ...volumes.map(name("volume")),
      ...networks.map(name("network")),
    );
  }
  await rm(ownerFolder(owner), { recursive: true, force: true });
  return removed;
}
