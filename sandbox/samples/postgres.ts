import { blogTags, sampleNetwork, shell, stackTags, type Sample } from "./sample";

/** A server with one account, that of CONNECTION="user,password"; its data is lost with the container. */
const command = [
  ...["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"],
  ...shell(
    "if ! [ -e /tmp/data/PG_VERSION ]; then",
    '  printf %s "${CONNECTION#*,}" >/tmp/password',
    '  initdb --pgdata /tmp/data --username "${CONNECTION%%,*}" --auth scram-sha-256 --pwfile /tmp/password --no-sync >/dev/null',
    "  echo 'host all all all scram-sha-256' >>/tmp/data/pg_hba.conf",
    "fi",
    "exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp",
  ),
];

/** PostgreSQL with a user and a password. */
export const postgresSamples: readonly Sample[] = [
  {
    name: "shop-orders",
    command,
    environment: { SERVICE: "postgres", CONNECTION: "datadog,sample-password" },
    exposedPorts: [5432],
    expected: { check: "postgres", tags: stackTags },
  },
  {
    name: "blog-posts",
    command,
    environment: { SERVICE: "postgres", PROJECT: "blog", ENVIRONMENT: "production", CONNECTION: "watcher,other,pass" },
    exposedPorts: [5432],
    network: sampleNetwork,
    expected: { check: "postgres", tags: blogTags },
  },
];
