import { quote } from "../shared/questions";
import type { ExpectedContainer, ExpectedHost } from "./expected";
import type { ActualContainer, Facts } from "./facts";
import type { Finding } from "./finding";

/** Existing networks that a container is missing from or wrongly attached to, and those that it should not be on. */
export function networkFindings(
  { name, id, networks }: ExpectedContainer,
  actual: ActualContainer,
  facts: Facts,
): Finding[] {
  const detach = (network: string): string => `docker network disconnect --force ${quote(network)} ${id}`;
  const missing = networks.flatMap(({ name: network, aliases }): Finding[] => {
    const there = facts.networks.get(network);
    const has = actual.networks.get(network);
    const named = aliases.every((alias) => has?.aliases.includes(alias));
    // One that has never run on it has no id for it yet.
    if (there === undefined || (has !== undefined && named && (has.id === there || has.id === ""))) return [];
    const flags = aliases.map((alias) => `--alias ${quote(alias)} `).join("");
    const after = [`${detach(network)} 2>/dev/null || true`, `docker network connect ${flags}${quote(network)} ${id}`];
    const how = has?.id === there ? `by the name ${aliases.join(", ")}` : "";
    return [
      {
        text: `the container ${name} is not on the network ${network} ${how}`.trimEnd(),
        repair: { done: "attached", after },
      },
    ];
  });
  const listed = networks.map((network) => network.name);
  const more = [...actual.networks.keys()].filter((network) => listed.length > 0 && !listed.includes(network));
  return [
    ...missing,
    ...more.map((network) => ({
      text: `the container ${name} is on the network ${network}, which is not its own`,
      repair: { done: "detached", after: [detach(network)] },
    })),
  ];
}

/** Networks that the host's containers are to be on, and that are gone. */
export function missingNetworks({ containers }: ExpectedHost, { networks }: Facts): Finding[] {
  const wanted = new Set(containers.flatMap((container) => container.networks.map(({ name }) => name)));
  return [...wanted]
    .filter((name) => !networks.has(name))
    .map((name) => ({
      text: `the Docker network ${name} is gone`,
      repair: {},
      byHand:
        name === "bridge"
          ? "Remove bridge: none from the engine's settings (/etc/docker/daemon.json) and restart it, or set agent: { network: host }, then run again."
          : `Create it (docker network create ${quote(name)}) or remove it from the host's networks, then run again.`,
    }));
}
