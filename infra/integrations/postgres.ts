import { inBoth, type Integration } from "./integration";

/** PostgreSQL: every container with `SERVICE=postgres`. */
export const postgres: Integration = {
  check: inBoth("postgres"),
  template: inBoth("postgres.tmpl"),
  containers: { service: "postgres", defaultPort: 5432 },
};
