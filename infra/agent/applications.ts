import type { HostSettings, Problem } from "../settings";

/** Why generation 5 of the agent has none of these, and what to do. */
const notIn5 = {
  logs: "generation 5 of the agent collects no logs",
  dogstatsd: "generation 5 of the agent always takes metrics at UDP port 8125 on its networks, and nowhere else",
  apm: "traces need generation 7 of the agent",
  processes: "live processes and containers need generation 7 of the agent",
} as const;

/** Problems with what a host's agent is to collect of applications. */
export function applicationProblems(host: HostSettings): Problem[] {
  return host.agent.generation === 5 ? generation5Problems(host) : pairProblems(host);
}

function generation5Problems(host: HostSettings): Problem[] {
  const { logs, dogstatsd, apm, processes } = host;
  const asked: readonly (readonly [keyof typeof notIn5, string, unknown])[] = [
    ["logs", "all", logs.all],
    ["logs", "declared", logs.declared],
    ["dogstatsd", "socket", dogstatsd.socket],
    ["dogstatsd", "network", dogstatsd.network],
    ["apm", "socket", apm.socket],
    ["apm", "network", apm.network],
    ["processes", "live", processes.live],
    ["processes", "containers", processes.containers],
  ];
  return asked.flatMap(([setting, key, value]): Problem[] =>
    value === true
      ? [
          {
            path: host.origin(setting, key),
            problem: `can't be: ${notIn5[setting]}, and host ${host.name} has generation 5; remove it, or use generation 7`,
          },
        ]
      : [],
  );
}

function pairProblems(host: HostSettings): Problem[] {
  const { dogstatsd, processes } = host;
  const port = { dogstatsd: "UDP port 8125", apm: "TCP port 8126" } as const;
  const networks = (["dogstatsd", "apm"] as const).flatMap((setting): Problem[] => {
    if (!host[setting].network) return [];
    const path = host.origin(setting, "network");
    if (host.agent.network === "host") {
      const problem = `can't be together with agent: { network: host }: ${port[setting]} would be open at all addresses of host ${host.name}; use ${setting}: { socket: true }`;
      return [{ path, problem }];
    }
    if (host.links.length > 0) return [];
    const problem = `needs a network on which containers find the agent by its name; add one to links, such as links: [backend], or use ${setting}: { socket: true }`;
    return [{ path, problem }];
  });
  return [
    ...networks,
    ...(dogstatsd.cardinality !== "low" && !dogstatsd.socket && !dogstatsd.network
      ? [
          {
            path: host.origin("dogstatsd", "cardinality"),
            problem: "has no effect while the agent takes no metrics; add dogstatsd: { socket: true }, or remove it",
          },
        ]
      : []),
    ...(processes.arguments && !processes.live
      ? [
          {
            path: host.origin("processes", "arguments"),
            problem: "has no effect without live processes; add processes: { live: true }, or remove it",
          },
        ]
      : []),
  ];
}
