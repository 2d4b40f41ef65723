import { blogTags, sampleNetwork, shell, stackTags, type Sample } from "./sample";

const command = shell(
  ". /etc/apache2/envvars",
  'mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"',
  // After a power cut, a left-over file would claim that this process already runs.
  'rm -f "$APACHE_PID_FILE"',
  "exec apache2 -DFOREGROUND",
);
const statusPage = { service: "apache", folder: "/etc/apache2/conf-enabled" };

/** Debian's Apache with its welcome page; it includes its generated status page. */
export const apacheSamples: readonly Sample[] = [
  {
    name: "shop-site",
    command,
    environment: { SERVICE: "apache" },
    exposedPorts: [80],
    statusPage,
    expected: { check: "apache", tags: stackTags },
  },
  {
    name: "blog-site",
    command,
    environment: { SERVICE: "apache", PROJECT: "blog", ENVIRONMENT: "production" },
    exposedPorts: [80],
    network: sampleNetwork,
    statusPage,
    expected: { check: "apache", tags: blogTags },
  },
];
