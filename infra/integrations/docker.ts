import type { Integration } from "./integration";

/** Containers, images and events of the host's Docker engine. */
export const docker: Integration = {
  check: "docker",
  template: "docker.yaml",
};
