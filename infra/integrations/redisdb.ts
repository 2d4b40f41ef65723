import { inBoth, type Integration } from "./integration";

/** Redis: every container with `SERVICE=redis`. */
export const redisdb: Integration = {
  check: inBoth("redisdb"),
  template: inBoth("redisdb.tmpl"),
  containers: { service: "redis", defaultPort: 6379 },
};
