/** `make sandbox`: a real container host, a real `pulumi up` against it, and what its agent collects. */
import { createTestHost, ensureEngine, findTestHost, type TestHost } from "../../test/host";
import { redisSamples, sampleNetwork, startSamples } from "../../test/samples/samples";
import { stackHosts } from "../deploy/outputs";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step, type Log } from "../shared/progress";
import { waitFor } from "../shared/wait";
import { readHost } from "../status/read-host";
import { reportHost, type HostReport } from "../status/report";
import { formatTable } from "../status/table";
import { resolveToolchain } from "../toolchain";
import { ownParts, vendorParts } from "../toolchain/parts";
import { SandboxDeployment } from "./deployment";
import { startIntake } from "./intake";
import { sandboxHost, sandboxOwner, sandboxStack } from "./names";

async function main(): Promise<number> {
  const log = logToStderr;
  const toolchain = await resolveToolchain({ parts: [...vendorParts, ...ownParts], log });
  const host = await sandboxTestHost(log);
  const { agent, generator, intake, services } = toolchain.images;
  await step("Loading images onto the host", log, async () => {
    for (const image of [agent, generator]) await host.loadImage(image);
  });
  await step("Starting sample applications", log, () => startSamples(host, redisSamples, services));
  const { address } = await startIntake(sandboxOwner, intake);

  const deployment = new SandboxDeployment(sandboxStack, toolchain.environment);
  await deployment.configure({
    project: "shop",
    environment: "staging",
    hosts: [host],
    networks: [sampleNetwork],
    images: { agent, generator },
    intake: address,
  });
  log(`pulumi up (stack ${sandboxStack}) ...`);
  await deployment.make("up", { onLine: (line) => log(`  ${line}`) });

  const report = await step("Waiting until the agent has collected from every sample", log, () =>
    collected(deployment),
  );
  process.stdout.write(`\n${formatTable([report])}\n\n`);
  process.stdout.write(
    [
      "The host stays up. To work with it:",
      `  export PULUMI_CONFIG_PASSPHRASE_FILE=${deployment.passphraseFile}`,
      `  make status STACK=${sandboxStack}     make preview STACK=${sandboxStack}     make sandbox-down`,
      "",
    ].join("\n"),
  );
  return 0;
}

/** The host of an earlier run, started where it was stopped, or a new one. */
async function sandboxTestHost(log: Log): Promise<TestHost> {
  await ensureEngine(log);
  const found = await findTestHost(sandboxHost, sandboxOwner);
  if (found === undefined) return createTestHost({ name: sandboxHost, owner: sandboxOwner, log });
  await found.start();
  return found;
}

/** The agent's report once it has collected from every sample without an error; within 90 s or never. */
async function collected(deployment: SandboxDeployment): Promise<HostReport> {
  const [host] = await stackHosts(deployment.stack, deployment.environment);
  if (host === undefined) throw new UserError(`Stack ${deployment.stack} has no host after its \`up\`.`);
  return waitFor(
    "the agent to collect from every sample",
    async () => {
      const report = reportHost(host.name, await readHost(host));
      const well = report.instances.filter(({ check, runs, error }) => check === "redisdb" && runs > 0 && error === "");
      return well.length >= redisSamples.length && report;
    },
    { timeoutMs: 90_000, intervalMs: 1000 },
  );
}

runMain(main);
