import { quote } from "../../infra/host-script";
import type { TestHost } from "../host";

/** A container with a real service, as somebody's application would run it. */
export interface Sample {
  readonly name: string;
  /** What it runs, from the image of services. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly number[];
  /** The Docker network that it is on. Default: the default bridge. */
  readonly network?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The check that is to watch it, with the tags that it is to have in a stack of project and environment. */
  readonly expected: {
    readonly check: string;
    readonly tags: (stack: { project: string; environment: string }) => string[];
  };
}

/** The network of their own that some samples are on; the agent has to join it. */
export const sampleNetwork = "backend";

const redisServer = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""];

/** One Redis of the stack's own project, and one of another project with a password. */
export const redisSamples: readonly Sample[] = [
  {
    name: "shop-cache",
    command: redisServer,
    environment: { SERVICE: "redis" },
    exposedPorts: [6379],
    expected: {
      check: "redisdb",
      tags: ({ project, environment }) => [`project:${project}`, `environment:${environment}`],
    },
  },
  {
    name: "blog-sessions",
    command: [...redisServer, "--requirepass", "sample-password"],
    environment: { SERVICE: "redis", PROJECT: "blog", CONNECTION: "0,sample-password" },
    exposedPorts: [6379],
    network: sampleNetwork,
    expected: { check: "redisdb", tags: ({ environment }) => ["project:blog", `environment:${environment}`] },
  },
];

/** The command line that starts a sample on its host. */
export function startCommand(sample: Sample, image: string): string {
  const flags = [
    ...["--detach", "--name", sample.name, "--restart", "unless-stopped"],
    ...(sample.network === undefined ? [] : ["--network", sample.network]),
    ...Object.entries(sample.environment).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...Object.entries(sample.labels ?? {}).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...sample.exposedPorts.flatMap((port) => ["--expose", String(port)]),
  ];
  return ["docker", "run", ...flags, image, ...sample.command].map(quote).join(" ");
}

/** Starts samples on a host, with the network that they are on; those that are there already are left alone. */
export async function startSamples(host: TestHost, samples: readonly Sample[], image: string): Promise<void> {
  await host.loadImage(image);
  await host.run(`docker network inspect ${sampleNetwork} >/dev/null 2>&1 || docker network create ${sampleNetwork}`);
  for (const sample of samples) {
    await host.run(`docker container inspect ${sample.name} >/dev/null 2>&1 || ${startCommand(sample, image)}`);
  }
}
