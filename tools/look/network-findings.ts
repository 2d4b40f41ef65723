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
    const [there, ...namesakes] = facts.networks.get(network) ?? [];
    // Docker attaches by name, and refuses if there are several.
    if (there === undefined || namesakes.length > 0) return [];
    const has = actual.networks.get(network);
    // One that has never run on it has no id for it yet.
    const isThere = has !== undefined && (has.id === there || has.id === "");
    const lacking = aliases.filter((alias) => has?.aliases.includes(alias) !== true);
    // Docker itself may add its short id and its host name. By another name it would answer for an application.
    const own = [...aliases, id.slice(0, 12), actual.hostname];
    const more = has?.aliases.filter((alias) => !own.includes(alias)) ?? [];
    if (isThere && lacking.length === 0 && more.length === 0) return [];
    const text = !isThere
      ? `is not on the network ${network}`
      : lacking.length > 0
        ? `is not on the network ${network} by the name ${lacking.join(", ")}`
        : `is on the network ${network} by a name that is not its own (${more.join(", ")})`;
    const flags = aliases.map((alias) => `--alias ${quote(alias)} `).join("");
    const after = [`${detach(network)} 2>/dev/null || true`, `docker network connect ${flags}${quote(network)} ${id}`];
    return [{ text: `the container ${name} ${text}`, repair: { done: "attached", after } }];
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

/** Networks that the host's containers are to be on, and that are gone or can't be told from others. */
export function unusableNetworks({ containers }: ExpectedHost, { networks }: Facts): Finding[] {
  const wanted = new Set(containers.flatMap((container) => container.networks.map(({ name }) => name)));
  return [...wanted].flatMap((name): Finding[] => {
    const ids = networks.get(name) ?? [];
    if (ids.length === 1) return [];
    if (ids.length > 1) {
      const commands = ids.map((id) => `docker network rm ${id.slice(0, 12)}`).join(" or ");
      return [
        {
          text: `there are ${ids.length} Docker networks named ${name}, and Docker can't tell which one is meant`,
          repair: {},
          byHand: `Keep the one with your containers and remove the other (${commands}), then run again.`,
        },
      ];
    }
    const byHand =
      name === "bridge"
        ? "Remove bridge: none from the engine's settings (/etc/docker/daemon.json) and restart it, or set agent: { network: host }, then run again."
        : `Create it (docker network create ${quote(name)}) or remove it from the host's networks, then run again.`;
    return [{ text: `the Docker network ${name} is gone`, repair: {}, byHand }];
  });
}
