import { loginHints, tlsHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** MySQL and MariaDB: every container with `SERVICE=mysql` or `SERVICE=mariadb`. */
export const mysql: Integration = {
  check: inBoth("mysql"),
  template: inBoth("mysql.tmpl"),
  containers: {
    service: "mysql",
    otherNames: ["mariadb"],
    defaultPort: 3306,
    signs: {
      images: ["mysql", "mariadb", "percona", "percona-server", "mysql-server"],
      programs: ["mysqld", "mariadbd", "mysqld_safe", "mariadbd-safe"],
      variables: ["MYSQL_MAJOR", "MARIADB_VERSION"],
    },
  },
  guide: {
    title: "MySQL and MariaDB",
    reads: "The check reads the server's status (`SHOW GLOBAL STATUS`) and its limits.",
    steps: [
      {
        text: "Create a user who may read the status and nothing else, with few connections. `REPLICATION CLIENT` is for the size of binary logs, which MySQL 8 writes by default. `%` lets it in from every address; the agent's networks are enough.",
        code: {
          language: "sql",
          lines: [
            "CREATE USER 'datadog'@'%' IDENTIFIED BY 'PASSWORD' WITH MAX_USER_CONNECTIONS 5;",
            "GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'datadog'@'%';",
          ],
        },
      },
    ],
    hints: [...loginHints(), ...tlsHints],
    notes: [
      "Choose a password of letters, digits and other characters of ASCII: Datadog's check can't send others.",
      "With TLS, the check verifies who has signed the certificate, and not the name in it, because it connects to an address. It trusts the authorities in `/etc/ssl/certs/ca-certificates.crt` of the agent's image; to trust others, mount such a file there (`agent.mounts`).",
    ],
  },
};
