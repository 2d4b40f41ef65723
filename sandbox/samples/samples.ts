import { apacheSamples } from "./apache";
import { integrationNames, selectIntegrations, type GenerationNumber } from "../../infra/integrations";
import { etcdSamples } from "./etcd";
import { haproxySamples } from "./haproxy";
import { memcachedSamples } from "./memcached";
import { mysqlSamples } from "./mysql";
import { nginxSamples } from "./nginx";
import { phpFpmSamples } from "./php-fpm";
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

/**
 * Samples of the integrations for containers: two projects, two environments, two networks. RabbitMQ is too large for a
 * sample; a contract test runs it. A container with several checks is listed once for each check.
 */
export const samples: readonly Sample[] = [
  ...apacheSamples,
  ...etcdSamples,
  ...haproxySamples,
  ...memcachedSamples,
  ...mysqlSamples,
  ...nginxSamples,
  ...phpFpmSamples,
  ...postgresSamples,
  ...redisSamples,
];

/** The samples that a generation of the agent can monitor. */
export function samplesOf(generation: GenerationNumber): Sample[] {
  const checks = selectIntegrations(integrationNames, generation).map(({ check }) => check[generation]);
  // Generation 5 speaks no FastCGI.
  return samples.filter(
    ({ name, expected: { check } }) => checks.includes(check) && !(generation === 5 && name === "shop-php"),
  );
}
