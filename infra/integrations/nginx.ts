import { pageHints } from "./guide";
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
  followsRedirects: true,
  statusPage: { service: "nginx", file: "nginx.conf", ownPort: true, reloadSignal: "HUP" },
  guide: {
    title: "nginx",
    reads: "The check reads nginx's `stub_status` page.",
    steps: [
      {
        text: "Let the program generate the page, open to the agent only, and mount it where nginx includes its configuration. [Web servers](../migration.md#web-servers) has what to write by hand instead.",
        code: {
          language: "sh",
          lines: [
            "docker run -d --name web -e SERVICE=nginx --label datadog-hosts.status-page=nginx \\",
            "  -v ~/datadog/generated/nginx/web:/etc/nginx/conf.d:ro IMAGE",
          ],
        },
      },
    ],
    hints: [
      ...pageHints("/nginx_status"),
      {
        hint: "status-port",
        meaning: "the port of a generated page; default: one that follows from the container's name",
      },
    ],
  },
};
