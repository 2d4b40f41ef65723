import { loginHints, tlsHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** PostgreSQL: every container with `SERVICE=postgres`. */
export const postgres: Integration = {
  check: inBoth("postgres"),
  template: inBoth("postgres.tmpl"),
  containers: {
    service: "postgres",
    otherNames: ["postgresql"],
    logSource: "postgresql",
    defaultPort: 5432,
    signs: {
      images: ["postgres", "postgresql", "postgis", "timescaledb"],
      programs: ["postgres"],
      variables: ["PG_MAJOR", "PGDATA"],
    },
  },
  guide: {
    title: "PostgreSQL",
    reads: "The check reads the statistics views, `pg_stat_database` above all.",
    steps: [
      {
        text: "Create a user who may read statistics and nothing else (PostgreSQL 10 and later).",
        code: {
          language: "sql",
          lines: ["CREATE USER datadog WITH PASSWORD 'PASSWORD';", "GRANT pg_monitor TO datadog;"],
        },
      },
      { text: "Let it log in from the agent's networks: `pg_hba.conf` decides." },
    ],
    hints: [...loginHints(), { hint: "database", meaning: "the database; default: `postgres`" }, ...tlsHints],
    notes: [
      "With TLS, generation 7 verifies who has signed the certificate, and not the name in it, because it connects to an address. It trusts the authorities in `/etc/ssl/certs/ca-certificates.crt` of its image; to trust others, mount such a file there (`agent.mounts`). Generation 5 verifies nothing.",
      "Without `CONNECTION_TLS`, generation 7 connects by TLS only if the server refuses anything else, and verifies nothing.",
    ],
  },
};
