import { blogTags, sampleNetwork, shell, stackTags, type Sample } from "./sample";

const command = ["nginx", "-g", "daemon off;"];
/** With one socket for both families of addresses, which leaves no room for another one on its port. */
const oneSocket = shell(
  "cd /etc/nginx/sites-enabled",
  "sed -i -e '/listen 80 default_server/d' -e 's/listen \\[::]:80 default_server/& ipv6only=off/' $(readlink -f default)",
  "exec nginx -g 'daemon off;'",
);
const statusPage = { service: "nginx", folder: "/etc/nginx/conf.d" };

/** Debian's nginx with its welcome page; it includes its generated status page. */
export const nginxSamples: readonly Sample[] = [
  {
    name: "shop-web",
    command,
    environment: { SERVICE: "nginx" },
    exposedPorts: [80],
    statusPage,
    expected: { check: "nginx", tags: stackTags },
  },
  {
    name: "blog-web",
    command: oneSocket,
    environment: {},
    labels: {
      "datadog-hosts.service": "nginx",
      "datadog-hosts.project": "blog",
      "datadog-hosts.environment": "production",
    },
    exposedPorts: [80, 443],
    network: sampleNetwork,
    statusPage,
    expected: { check: "nginx", tags: blogTags },
  },
];
