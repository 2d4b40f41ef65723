const inContainer = "/run/docker-engine";

/**
 * The Docker engine's socket. Containers get its folder, at a path of its own: an engine that is started anew makes another
 * socket, and who had mounted the old one itself would hold it for ever. Not at `/host/var/run`, where the agent of
 * generation 7 would find containerd's socket too and count every container twice.
 */
export const engineSocket = {
  hostFolder: "/var/run",
  folder: inContainer,
  /** As DOCKER_HOST has it. */
  url: `unix://${inContainer}/docker.sock`,
} as const;
