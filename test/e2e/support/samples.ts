import { expect } from "vitest";

import type { GenerationNumber } from "../../../infra/integrations";
import { waitFor } from "../../../tools/shared/wait";
import type { InstanceReport } from "../../../tools/status/report";
import type { TestHost } from "../../../sandbox/host";
import type { Sample } from "../../../sandbox/samples/samples";
import { hostReport } from "./agent";

/** The stack that the samples' host belongs to. */
export const stack = { project: "shop", environment: "staging" };

/** A sample's address on its network, at this moment. */
export async function addressOf(host: TestHost, name: string): Promise<string> {
  return (await addressesOf(host, [{ name }])).get(name) ?? "";
}

/** The addresses of several samples by name, all from one command: a command for each takes seconds. */
async function addressesOf(
  host: TestHost,
  samples: readonly { readonly name: string }[],
): Promise<Map<string, string>> {
  const names = [...new Set(samples.map(({ name }) => name))];
  const format = "{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const { stdout } = await host.run(`docker inspect --format '${format}' ${names.join(" ")}`);
  return new Map(
    stdout
      .trimEnd()
      .split("\n")
      .map((line): [string, string] => {
        const [name = "", address = ""] = line.split(" ");
        return [name.slice(1), address];
      }),
  );
}

/**
 * Prints all generated configs of a host, one after the other, each below a line with its name. A publication that a power cut
 * has ended leaves its working folders for some minutes; the agent reads nothing there.
 */
const listConfigs =
  "cd /home/core/datadog/generated/datadog && find . -name '.new.*' -prune -o -name '*.yaml' -print | sort | xargs tail -n +1";

/** All generated configs of a host, one after the other. */
export async function configs(host: TestHost): Promise<string> {
  return (await host.run(listConfigs)).stdout;
}

/**
 * The same with names in the place of addresses, which change at every start. Addresses and configs come from one command,
 * so that no container starts between them.
 */
export async function configsByName(host: TestHost, samples: readonly Sample[]): Promise<string> {
  const names = [...new Set(samples.map(({ name }) => name))];
  const format = "{{.Id}} {{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const { stdout } = await host.run(`docker inspect --format '${format}' ${names.join(" ")}; echo; ${listConfigs}`);
  const end = stdout.indexOf("\n\n");
  const containers = stdout
    .slice(0, end)
    .split("\n")
    .map((line) => {
      const [id = "", name = "", address = ""] = line.split(" ");
      return { id, name: `<${name.slice(1)}>`, address };
    });
  const byAddress = new Map(containers.map(({ address, name }) => [address, name]));
  const byId = new Map(containers.map((container) => [container.id, container]));
  const named = (file: string): string => {
    // With generation 7 a container has files of its own, which are named by its id.
    const own = byId.get(/^==> \S*\/([0-9a-f]{64})\.yaml <==/.exec(file)?.[1] ?? "");
    return file.replace(/\b\d+\.\d+\.\d+\.\d+\b/g, (address) =>
      address === own?.address ? own.name : (byAddress.get(address) ?? address),
    );
  };
  return stdout
    .slice(end + 2)
    .split(/^(?===> )/m)
    .map(named)
    .join("");
}

/** What an agent watches at one moment, and where the samples are then. */
export interface Collection {
  readonly instances: readonly InstanceReport[];
  /** Each sample's address on its network, by its name. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** What the agent of a host watches now, and the addresses of some samples. */
export async function collectionOf(
  host: TestHost,
  generation: GenerationNumber,
  samples: readonly Sample[],
): Promise<Collection> {
  const [{ instances }, addresses] = await Promise.all([hostReport(host, generation), addressesOf(host, samples)]);
  return { instances, addresses };
}

/**
 * What is wrong with how an agent fares with some samples; empty where each has one instance that collects, and their
 * checks have no others.
 */
export function problemsOf(collection: Collection, samples: readonly Sample[]): string[] {
  const problems = problemsAmongOthers(collection, samples);
  for (const check of new Set(samples.map(({ expected }) => expected.check))) {
    const found = collection.instances.filter((instance) => instance.check === check).length;
    const wanted = samples.filter(({ expected }) => expected.check === check).length;
    if (found !== wanted) problems.push(`${check} has ${found} instances`);
  }
  return problems;
}

/** The same for samples that others stand beside: empty where each has one instance among all that the agent has. */
export function problemsAmongOthers({ instances, addresses }: Collection, samples: readonly Sample[]): string[] {
  const problems: string[] = [];
  for (const sample of samples) {
    const address = addresses.get(sample.name) ?? "";
    if (address === "") {
      problems.push(`${sample.name} has no address`);
      continue;
    }
    const own = instances.filter((instance) => instance.check === sample.expected.check && looksAt(instance, address));
    const [first] = own;
    if (first === undefined || own.length > 1) {
      problems.push(`${sample.name} (${address}) has ${own.length} instances`);
      continue;
    }
    const tags = sample.expected.tags(stack);
    if (first.runs === 0 || first.samples === 0) problems.push(`${sample.name}: ${first.collected}`);
    if (first.error !== "") problems.push(`${sample.name}: ${first.error}`);
    if (JSON.stringify(first.tags) !== JSON.stringify(tags)) problems.push(`${sample.name}: ${first.tags.join(" ")}`);
  }
  return problems;
}

/**
 * Waits until an agent collects from every sample: one instance each, its own tags, no error.
 * @returns what it watches then.
 */
export async function allCollected(
  host: TestHost,
  generation: GenerationNumber,
  samples: readonly Sample[],
): Promise<Collection> {
  return waitFor(
    "every sample to be collected from",
    async () => {
      const collection = await collectionOf(host, generation, samples);
      const problems = problemsOf(collection, samples);
      if (problems.length > 0) throw new Error(problems.join("; "));
      return collection;
    },
    { timeoutMs: 120_000, intervalMs: 1000 },
  );
}

function looksAt({ instance }: InstanceReport, address: string): boolean {
  return instance.includes(`//${address}:`) || instance.startsWith(`${address}:`);
}

/** What a web server is asked for. */
interface PageRequest {
  readonly path: string;
  /** Default: 80. */
  readonly port?: number;
  /** What is said as `Host`; nothing where it is empty. Default: the server's address. */
  readonly name?: string;
}

/**
 * Asks a web server for pages from a container of nobody in particular: one for all pages, since a container takes longer than
 * many pages.
 * @returns the status of each answer, such as 403.
 */
export async function askAsStranger(
  host: TestHost,
  image: string,
  { network = "bridge", address }: { readonly network?: string | undefined; readonly address: string },
  requests: readonly PageRequest[],
): Promise<number[]> {
  const asks = requests.map(({ path, port = 80, name = address }) => {
    const header = name === "" ? "" : `Host: ${name}\\r\\n`;
    return `exec 3<>/dev/tcp/${address}/${port}; printf "GET ${path} HTTP/1.0\\r\\n${header}\\r\\n" >&3; head -n 1 <&3`;
  });
  const { stdout } = await host.run(`docker run --rm --network ${network} ${image} bash -ec '${asks.join("; ")}'`);
  const statuses = [...stdout.matchAll(/^HTTP\/1\.[01] (\d+)/gm)].map(([, status]) => Number(status));
  expect(statuses, stdout).toHaveLength(requests.length);
  return statuses;
}
