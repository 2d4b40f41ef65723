/** A Docker Swarm: agent and generator as services that run on every node, through any manager that answers. */
export { integrationsOfNodes } from "./integrations";
export { swarmOutput, type SwarmOutput } from "./outputs";
export { watchSwarm } from "./watched-swarm";
