import type { Integration } from "./integration";

/** Containers, images and events of the host's Docker engine. */
export const docker: Integration = {
  check: { 5: "docker_daemon", 7: "docker" },
  template: { 5: "docker_daemon.yaml", 7: "docker.yaml" },
  runsUnasked: true,
  guide: {
    title: "Docker",
    reads: "The check reads containers, images and events of the host's Docker engine. It depends on no container.",
  },
};
