import { blogTags, sampleNetwork, stackTags, type Sample } from "./sample";

const command = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""];

/** A Redis of the stack's own project, and one of another project with a password. */
export const redisSamples: readonly Sample[] = [
  {
    name: "shop-cache",
    command,
    environment: { SERVICE: "redis" },
    exposedPorts: [6379],
    expected: { check: "redisdb", tags: stackTags },
  },
  {
    name: "blog-sessions",
    command: [...command, "--requirepass", "sample-password"],
    environment: {
      SERVICE: "redis",
      PROJECT: "blog",
      ENVIRONMENT: "production",
      CONNECTION: "0,sample-password",
    },
    exposedPorts: [6379],
    network: sampleNetwork,
    expected: { check: "redisdb", tags: blogTags },
  },
];
