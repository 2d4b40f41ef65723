import { inBoth, type Integration } from "./integration";

/** nginx: every container with `SERVICE=nginx`, by its stub_status page. */
export const nginx: Integration = {
  check: inBoth("nginx"),
  template: inBoth("nginx.tmpl"),
  containers: {
    service: "nginx",
    defaultPort: 80,
    signs: {
      images: ["nginx", "nginx-unprivileged", "openresty"],
      programs: ["nginx", "openresty"],
      variables: ["NGINX_VERSION"],
    },
  },
  statusPage: { service: "nginx", file: "nginx.conf", ownPort: true, reloadSignal: "HUP" },
};
