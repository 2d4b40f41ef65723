import { parse } from "yaml";

import { quote } from "../../../infra/host-script";
import type { TestHost } from "../../host";
import { readHost } from "../../../tools/status/read-host";
import { reportHost, type InstanceReport } from "../../../tools/status/report";

/** The generated config of a check, as it lies on the host. */
export async function generatedConfig(host: TestHost, check: string): Promise<string> {
  return (await host.run(`cat /home/core/datadog/generated/datadog/${check}.d/${check}.yaml`)).stdout;
}

/** The instances in the generated config of a check. */
export async function generatedInstances(host: TestHost, check: string): Promise<Record<string, unknown>[]> {
  const content = parse(await generatedConfig(host, check)) as { instances?: Record<string, unknown>[] };
  return content.instances ?? [];
}

/** What the agent of a host watches, as `make status` tells it. */
export async function watchedInstances(host: TestHost, check: string): Promise<InstanceReport[]> {
  const ssh = ["ssh", ...host.sshOptions(), `${host.user}@${host.address}`].map(quote).join(" ");
  const report = reportHost(host.name, await readHost({ name: host.name, ssh }));
  return report.instances.filter((instance) => instance.check === check);
}
