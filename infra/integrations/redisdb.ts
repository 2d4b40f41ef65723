import { ownAuthority, tlsHints } from "./guide";
import { inBoth, type Integration } from "./integration";

/** Redis: every container with `SERVICE=redis`. */
export const redisdb: Integration = {
  check: inBoth("redisdb"),
  template: inBoth("redisdb.tmpl"),
  containers: {
    service: "redis",
    otherNames: ["redisdb", "valkey"],
    defaultPort: 6379,
    signs: {
      images: ["redis", "redis-stack", "redis-stack-server", "valkey"],
      programs: ["redis-server", "valkey-server"],
      variables: ["REDIS_VERSION", "VALKEY_VERSION"],
    },
  },
  guide: {
    title: "Redis and Valkey",
    reads: "The check runs `INFO`, `CONFIG GET` and `SLOWLOG`.",
    steps: [
      {
        text: "Only if Redis wants a password: create a user who may read these and nothing else. A user needs the agent of generation 7.",
        code: {
          language: "text",
          lines: ["ACL SETUSER datadog on >PASSWORD +ping +info +config|get +slowlog|get +client|list ~*"],
        },
      },
    ],
    hints: [
      { hint: "connection", meaning: "database and password, as `0,password`" },
      { hint: "username", meaning: "the user (ACL); default: Redis's default user" },
      {
        hint: "password-file",
        meaning: "the password from [a file of the host](../passwords.md), in place of one in the clear",
      },
      ...tlsHints,
    ],
    notes: [
      "Newer agents also compare the name in the certificate, and can't be told not to. Then it has to be for the container's address, or the container declares `STATUS_VERIFY_TLS=false`.",
      ownAuthority,
    ],
  },
};
