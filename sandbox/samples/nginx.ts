import { blogTags, sampleNetwork, stackTags, type Sample } from "./sample";

const command = ["nginx", "-g", "daemon off;"];
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
    command,
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
