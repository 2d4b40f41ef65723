import { inBoth, type Integration } from "./integration";

/** Redis: every container with `SERVICE=redis`. */
export const redisdb: Integration = {
  check: inBoth("redisdb"),
  template: inBoth("redisdb.tmpl"),
  containers: {
    service: "redis",
    defaultPort: 6379,
    signs: {
      images: ["redis", "redis-stack", "redis-stack-server", "valkey"],
      programs: ["redis-server", "valkey-server"],
      variables: ["REDIS_VERSION", "VALKEY_VERSION"],
    },
  },
};
