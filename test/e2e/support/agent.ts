import { parseAllDocuments } from "yaml";

import type { GenerationNumber } from "../../../infra/integrations";
import { quote } from "../../../infra/shell";
import type { TestHost } from "../../../sandbox/host";
import { readHost } from "../../../tools/status/read-host";
import { reportHost, type HostReport, type InstanceReport } from "../../../tools/status/report";

const configs = "/home/core/datadog/generated/datadog";

/** The first config of a check, with the stack's tags and the remarks, as it lies on the host. */
export async function generatedConfig(host: TestHost, check: string): Promise<string> {
  return (await host.run(`cat ${configs}/${check}.d/${check}.yaml`)).stdout;
}

/** The instances in all generated configs of a check. */
export async function generatedInstances(host: TestHost, check: string): Promise<Record<string, unknown>[]> {
  // One that goes while it is read is none.
  const { stdout } = await host.run(
    `cd ${configs}/${check}.d && for file in *; do echo ---; cat "$file" 2>/dev/null || true; done`,
  );
  return parseAllDocuments(stdout).flatMap((document) => {
    const content = document.toJS() as { instances?: Record<string, unknown>[] } | null;
    return content?.instances ?? [];
  });
}

/** What the agent of a host watches, as `make status` tells it. */
export async function hostReport(host: TestHost, agentGeneration: GenerationNumber): Promise<HostReport> {
  const ssh = ["ssh", ...host.sshOptions(), `${host.user}@${host.address}`].map(quote).join(" ");
  return reportHost(host.name, await readHost({ name: host.name, ssh, agentGeneration }));
}

/** The instances of one check that the agent of a host, generation 7, watches. */
export async function watchedInstances(host: TestHost, check: string): Promise<InstanceReport[]> {
  return (await hostReport(host, 7)).instances.filter((instance) => instance.check === check);
}
