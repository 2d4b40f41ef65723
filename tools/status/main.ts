/** `make status`: what the agents of a stack watch and how they fare. */
import { stackHosts } from "../deploy/outputs";
import { requireStack } from "../deploy/stacks";
import { runMain } from "../shared/errors";
import { shown } from "../shared/shown";
import { readHost } from "./read-host";
import { reportHost, type HostReport } from "./report";
import { formatTable } from "./table";

async function main(): Promise<number> {
  const hosts = await stackHosts(requireStack("stacks", process.argv[2]));
  const answers = await Promise.allSettled(hosts.map(async (host) => reportHost(host.name, await readHost(host))));
  const reports = answers.map((answer) =>
    answer.status === "fulfilled"
      ? answer.value
      : shown<HostReport>({ instances: [], problems: [(answer.reason as Error).message], remarks: [] }),
  );
  process.stdout.write(`${formatTable(reports)}\n`);
  return answers.some(({ status }) => status === "rejected") ? 1 : 0;
}

runMain(main);
