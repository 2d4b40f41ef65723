import { createTestHost, ensureEngine, removeAll, type DebianRelease, type TestHost } from "../../../sandbox/host";
import { SandboxDeployment } from "../../../tools/sandbox/deployment";
import { startIntake, type Intake } from "../../../tools/sandbox/intake";
import { logToStderr } from "../../../tools/shared/progress";
import { resolveToolchain, type Toolchain } from "../../../tools/toolchain";
import { optionalVendorParts, ownParts, vendorParts } from "../../../tools/toolchain/parts";

/** The hosts of a stage, by name. */
export type StageHosts = Readonly<Record<string, { readonly release?: DebianRelease }>>;

/** What a stage has beside its hosts. */
export interface StageOptions {
  /** The image of the agent's generation 5 on the hosts too. Default: no. */
  readonly generation5?: boolean;
}

/** Hosts with the images of agent, generator and services on them, an intake, and the stacks that are made from now on. */
export interface OpenStage {
  readonly toolchain: Toolchain;
  readonly intake: Intake;
  readonly hosts: Readonly<Record<string, TestHost>>;
  /** A stack of this stage, not configured yet. Its state is kept apart from other stacks'. */
  deployment(environment: string): SandboxDeployment;
  /** Takes it all away again, stacks included. */
  close(): Promise<void>;
}

/** Sets a stage up; what an earlier one of the same owner has left goes first. */
export async function openStage(owner: string, hosts: StageHosts, options: StageOptions = {}): Promise<OpenStage> {
  const { generation5 = false } = options;
  await ensureEngine(logToStderr);
  await removeAll(owner);
  const parts = [...vendorParts, ...ownParts, ...(generation5 ? optionalVendorParts : [])];
  const toolchain = await resolveToolchain({ parts, log: logToStderr });
  const { images } = toolchain;
  const intake = await startIntake(owner, images.intake);
  const made: Record<string, TestHost> = {};
  const deployments: SandboxDeployment[] = [];
  await Promise.all(
    Object.entries(hosts).map(async ([name, host]) => {
      const present = [images.agent, images.generator, images.services];
      made[name] = await createTestHost({ name, owner, ...host, images: present, log: logToStderr });
      if (generation5) await made[name].loadImage(images.agent5);
    }),
  );
  return {
    toolchain,
    intake,
    hosts: made,
    deployment: (environment) => {
      const deployment = new SandboxDeployment(`sandbox-${owner}-${environment}`, toolchain.environment);
      deployments.push(deployment);
      return deployment;
    },
    close: async () => {
      for (const deployment of deployments) await deployment.forget();
      await removeAll(owner);
    },
  };
}
