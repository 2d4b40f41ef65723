import { guideLines } from "./guide";
import { blogTags, sampleNetwork, shell, type Sample } from "./sample";

const password = "sample-password";

/** A server with one account, that of the integration's page; its data is lost with the container. */
const command = shell(
  "set -- mariadbd --no-defaults --user=nobody --datadir=/tmp/data --socket=/tmp/mysql.sock --innodb-buffer-pool-size=8M --innodb-log-file-size=4M",
  "if ! [ -e /tmp/data/ready ]; then",
  "  rm -rf /tmp/data; mkdir /tmp/data; chown nobody /tmp/data",
  // The same steps as mariadb-install-db, which Debian ships in a separate package that needs Perl.
  "  printf '%s\\n' 'CREATE DATABASE mysql;' 'USE mysql;' 'SET @skip_auth_anonymous=1;' >/tmp/tables.sql",
  "  cat /usr/share/mysql/mysql_system_tables.sql /usr/share/mysql/mysql_system_tables_data.sql >>/tmp/tables.sql",
  '  "$@" --bootstrap </tmp/tables.sql >/dev/null 2>&1',
  "  cat >/tmp/account.sql <<'END'",
  ...guideLines("mysql", 1, password),
  "END",
  '  set -- "$@" --init-file=/tmp/account.sql',
  "  touch /tmp/data/ready",
  "fi",
  'exec "$@"',
);

/** MariaDB with the user and the grants of the integration's page. */
export const mysqlSamples: readonly Sample[] = [
  {
    name: "blog-comments",
    command,
    environment: {
      SERVICE: "mariadb",
      PROJECT: "blog",
      ENVIRONMENT: "production",
      CONNECTION: `datadog,${password}`,
    },
    exposedPorts: [3306],
    network: sampleNetwork,
    expected: { check: "mysql", tags: blogTags },
  },
];
