import { blogTags, sampleNetwork, stackTags, type Sample } from "./sample";

const command = ["memcached", "-u", "nobody"];

/** memcached with its defaults, and one that declares everything by label. */
export const memcachedSamples: readonly Sample[] = [
  {
    name: "shop-pages",
    command,
    environment: { SERVICE: "memcached" },
    exposedPorts: [11211],
    expected: { check: "mcache", tags: stackTags },
  },
  {
    name: "blog-pages",
    command: [...command, "-p", "11311"],
    environment: {},
    labels: {
      "datadog-hosts.service": "memcached",
      "datadog-hosts.project": "blog",
      "datadog-hosts.environment": "production",
      "datadog-hosts.port": "11311",
    },
    exposedPorts: [11211, 11311],
    network: sampleNetwork,
    expected: { check: "mcache", tags: blogTags },
  },
];
