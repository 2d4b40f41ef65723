import type { Container } from "../../../tools/containers/containers";
import type { Survey } from "../../../tools/init/read-survey";

/** A running container without special properties. */
export function container(name: string, differences: Partial<Container> = {}): Container {
  return {
    id: name,
    name,
    state: "running",
    health: "",
    exitCode: 0,
    secondsUp: 3600,
    labelNames: [],
    restarts: 0,
    outOfMemory: false,
    image: "registry.example/team/app:1",
    command: ["/app"],
    ports: [],
    networkMode: "bridge",
    networks: ["bridge"],
    addresses: [],
    service: "",
    pollInterval: "",
    variables: new Set(),
    labels: new Map(),
    ...differences,
  };
}

/** The survey of a host with these containers, on networks that containers can join. */
export function survey(containers: readonly Container[], differences: Partial<Survey> = {}): Survey {
  const names = [...new Set(containers.flatMap(({ networks }) => networks))];
  return {
    problems: [],
    home: "/home/core",
    containers,
    networks: names.map((name) => ({ name, unjoinable: undefined })),
    swarm: { ownId: "", nodes: [] },
    missingImages: [],
    ...differences,
  };
}
