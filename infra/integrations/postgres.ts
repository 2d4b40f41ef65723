import { inBoth, type Integration } from "./integration";

/** PostgreSQL: every container with `SERVICE=postgres`. */
export const postgres: Integration = {
  check: inBoth("postgres"),
  template: inBoth("postgres.tmpl"),
  containers: {
    service: "postgres",
    defaultPort: 5432,
    signs: {
      images: ["postgres", "postgresql", "postgis", "timescaledb"],
      programs: ["postgres"],
      variables: ["PG_MAJOR", "PGDATA"],
    },
  },
};
