import type { Integration } from "./integration";

/** Redis: every container with `SERVICE=redis`. */
export const redisdb: Integration = {
  check: "redisdb",
  template: "redisdb.tmpl",
  containers: { service: "redis", defaultPort: 6379 },
};
