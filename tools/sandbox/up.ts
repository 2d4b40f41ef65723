/** `make sandbox`: a real container host, a real `pulumi up` against it, and what its agent collects. */
import type { GenerationNumber } from "../../infra/integrations";
import { createTestHost, ensureEngine, findTestHost, type TestHost } from "../../sandbox/host";
import { sampleNetwork, samples, samplesOf, startSamples, type Sample } from "../../sandbox/samples/samples";
import { stackHosts } from "../deploy/outputs";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step, type Log } from "../shared/progress";
import type { Shown } from "../shared/shown";
import { waitFor } from "../shared/wait";
import { readHost } from "../status/read-host";
import { reportHost, type HostReport, type InstanceReport } from "../status/report";
import { formatReports } from "../status/text";
import { resolveToolchain } from "../toolchain";
import { optionalVendorParts, ownParts, vendorParts } from "../toolchain/parts";
import { SandboxDeployment } from "./deployment";
import { startIntake } from "./intake";
import { sandboxHost, sandboxOwner, sandboxStack } from "./names";

/** Project and environment of the sandbox's stack; some of the samples have the same. */
const project = "shop";
const environment = "staging";

async function main(): Promise<number> {
  const log = logToStderr;
  const generation = wantedGeneration(process.env["AGENT"]);
  const toolchain = await resolveToolchain({
    parts: [...vendorParts, ...ownParts, ...(generation === 5 ? optionalVendorParts : [])],
    log,
  });
  const host = await sandboxTestHost(log);
  const { generator, intake, services } = toolchain.images;
  const agent = generation === 5 ? toolchain.images.agent5 : toolchain.images.agent;
  await step("Loading images onto the host", log, async () => {
    for (const image of [agent, generator]) await host.loadImage(image);
  });
  await step("Starting sample applications", log, () => startSamples(host, samples, services));
  const { address } = await startIntake(sandboxOwner, intake);

  const deployment = new SandboxDeployment(sandboxStack, toolchain.environment);
  await deployment.configure({
    project,
    environment,
    hosts: [host],
    networks: [sampleNetwork],
    generation,
    images: { agent, generator },
    intake: address,
  });
  log(`pulumi up (stack ${sandboxStack}) ...`);
  await deployment.make("up", { onLine: (line) => log(`  ${line}`) });

  const report = await step("Waiting until the agent has collected from every sample", log, () =>
    collected(deployment, generation),
  );
  process.stdout.write(`\n${formatReports([report])}\n\n`);
  process.stdout.write(
    [
      "The host keeps running. To work with it:",
      `  export PULUMI_CONFIG_PASSPHRASE_FILE=${deployment.passphraseFile}`,
      `  make status STACK=${sandboxStack}     make preview STACK=${sandboxStack}     make sandbox-down`,
      "",
    ].join("\n"),
  );
  return 0;
}

/** The agent's generation in the variable AGENT. Default: 7. */
function wantedGeneration(text = ""): GenerationNumber {
  if (text === "" || text === "7") return 7;
  if (text === "5") return 5;
  throw new UserError(`AGENT is '${text}'. Set it to 7 or 5, the agent's generation.`);
}

/** The host of an earlier run, started if it was stopped, or a new one. */
async function sandboxTestHost(log: Log): Promise<TestHost> {
  await ensureEngine(log);
  const found = await findTestHost(sandboxHost, sandboxOwner);
  if (found === undefined) return createTestHost({ name: sandboxHost, owner: sandboxOwner, log });
  await found.start();
  return found;
}

/** The agent's report once it has collected from every sample without an error; throws after 90 s. */
async function collected(deployment: SandboxDeployment, generation: GenerationNumber): Promise<Shown<HostReport>> {
  const [host] = await stackHosts(deployment.stack, deployment.environment);
  if (host === undefined) throw new UserError(`Stack ${deployment.stack} has no host after its \`up\`.`);
  return waitFor(
    "the agent to collect from every sample",
    async () => {
      const report = reportHost(host.name, await readHost(host));
      const well = report.instances.filter(({ runs, error }) => runs > 0 && error === "");
      return samplesOf(generation).every((sample) => well.some((instance) => watches(instance, sample))) && report;
    },
    { timeoutMs: 90_000, intervalMs: 1000 },
  );
}

function watches({ check, tags }: InstanceReport, { expected }: Sample): boolean {
  const wanted = expected.tags({ project, environment });
  return check === expected.check && wanted.every((tag) => tags.includes(tag));
}

runMain(main);
