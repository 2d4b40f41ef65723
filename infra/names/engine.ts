const inContainer = "/run/docker-engine";

/**
 * The Docker engine's socket. Containers mount its folder, because a restarted engine creates a new socket, and a mount of
 * the socket itself would keep the old one forever. The folder is not mounted at `/host/var/run`, where generation 7 would
 * also find containerd's socket and count every container a second time.
 */
export const engineSocket = {
  hostFolder: "/var/run",
  folder: inContainer,
  /** In the form of DOCKER_HOST. */
  url: `unix://${inContainer}/docker.sock`,
} as const;
