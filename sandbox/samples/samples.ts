import { apacheSamples } from "./apache";
import { memcachedSamples } from "./memcached";
import { nginxSamples } from "./nginx";
import { postgresSamples } from "./postgres";
import { redisSamples } from "./redis";
import type { Sample } from "./sample";

export {
  sampleNetwork,
  shell,
  startCommand,
  startSamples,
  statusPageFolder,
  type Application,
  type Sample,
} from "./sample";
export { redisSamples };

/** Samples of every integration for containers: two projects, two environments, two networks. */
export const samples: readonly Sample[] = [
  ...apacheSamples,
  ...memcachedSamples,
  ...nginxSamples,
  ...postgresSamples,
  ...redisSamples,
];
