import { parse } from "yaml";

import type { GenerationNumber } from "../../../infra/integrations";
import type { TestHost } from "../../../sandbox/host";

/** What was seen of a burst of containers. */
export interface Burst {
  /** From the first start to the last one's presence in the file, in seconds. */
  readonly seconds: number;
  /** From the last start to its presence in the file, in seconds. */
  readonly lastAfter: number;
  /** How often the agent was told to read its configs again. */
  readonly reloads: number;
  /** How many different states of the files a reader met, and those of them that were not whole. */
  readonly states: number;
  readonly broken: readonly string[];
}

const folder = "/home/core/datadog/generated/datadog";

/**
 * Starts containers one after the other that each ask for an instance, while a reader looks at the files all the time.
 * They are removed afterwards.
 */
export async function burst(
  host: TestHost,
  generation: GenerationNumber,
  count: number,
  image: string,
): Promise<Burst> {
  const files = `${folder}/${generation === 5 ? "redisdb.yaml" : "redisdb.d/*.yaml"}`;
  const { stdout } = await host.run(script(files, count, image), { timeoutMs: 240_000 });
  const [started, last, seen] = stdout.trim().split(" ").map(Number);
  if (started === undefined || last === undefined || seen === undefined) throw new Error(stdout);
  const states = (await host.run("cd /tmp/states && for state in *; do cat $state; echo '#####'; done")).stdout
    .split("#####\n")
    .filter((text) => text !== "");
  const since = new Date(started).toISOString();
  const until = new Date(seen).toISOString();
  const log = await host.run(`docker logs --since ${since} --until ${until} dd-agent 2>&1`);
  const sent = await host.run(`docker logs --since ${since} --until ${until} datadog-gen 2>&1`);
  await host.run("docker ps --quiet --filter name=burst- | xargs docker rm --force");
  const reloads =
    generation === 5
      ? log.stdout.split("received SIGHUP").length - 1
      : sent.stdout.split("Sending container 'dd-agent'").length - 1;
  return {
    seconds: (seen - started) / 1000,
    lastAfter: (seen - last) / 1000,
    reloads,
    states: states.length,
    broken: states.filter((text) => !isWhole(text)),
  };
}

/**
 * Reads files over and over and keeps each text that it meets. One process reads all of them within milliseconds; a shell would
 * start four for each file, and keep a core busy that the containers need.
 */
const reader = `
  my ($pattern, %seen) = @ARGV;
  while (-e "/tmp/burst") {
    for my $file (glob $pattern) {
      open(my $in, "<", $file) or next;
      my $text = join("", <$in>);
      next if $seen{$text}++;
      open(my $out, ">", "/tmp/states/" . keys %seen) or die;
      print $out $text;
    }
    select(undef, undef, undef, 0.002);
  }
`;

/** All of it happens on the host, whose clock is the only one. Prints three times in milliseconds. */
function script(files: string, count: number, image: string): string {
  return `
set -eu
rm -rf /tmp/states && mkdir /tmp/states
touch /tmp/burst
perl -e '${reader}' '${files}' &
started=$(date +%s%3N)
for number in $(seq ${count}); do
  docker run --detach --name burst-$number --env SERVICE=redis ${image} sleep 600 >/dev/null
done
last=$(date +%s%3N)
address=$(docker inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' burst-${count})
until grep -q "\\"$address\\"" ${files}; do sleep 0.05; done
seen=$(date +%s%3N)
rm /tmp/burst
wait
echo $started $last $seen
`;
}

/** Whether a text is a whole config: the reader may have met any state, but none half written. */
function isWhole(text: string): boolean {
  try {
    const { instances, logs } = parse(text) as { instances?: { host: unknown; tags: unknown[] }[]; logs?: unknown[] };
    if (instances === undefined) return text.endsWith("\n") && Array.isArray(logs);
    return text.endsWith("\n") && instances.every(({ host, tags }) => typeof host === "string" && tags.length === 2);
  } catch {
    return false;
  }
}
