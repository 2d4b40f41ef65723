import { afterAll, beforeAll } from "vitest";

import type { GenerationNumber } from "../../../infra/generations";
import { createTestHost, ensureEngine, removeAll, type DebianRelease, type TestHost } from "../../host";
import { SandboxDeployment } from "../../../tools/sandbox/deployment";
import { startIntake, type Intake } from "../../../tools/sandbox/intake";
import { logToStderr } from "../../../tools/shared/progress";
import { resolveToolchain, type Toolchain } from "../../../tools/toolchain";
import { optionalVendorParts, ownParts, vendorParts } from "../../../tools/toolchain/parts";

/** What one file of end-to-end tests has to itself: hosts, an intake, stacks. All of it goes when the file is done. */
export interface Stage {
  readonly toolchain: Toolchain;
  readonly intake: Intake;
  /** By the names that were asked for. */
  readonly hosts: Readonly<Record<string, TestHost>>;
  host(name: string): TestHost;
  /** A stack of this stage, not configured yet. Its state is kept apart from other stacks'. */
  deployment(environment: string): SandboxDeployment;
}

/** The API key of all test stacks; no real one, and found nowhere by chance. */
export const apiKey = "5ec2e7a91b3d4f60718293a4b5c6d7e8";

/**
 * Sets the stage for the tests of one file: hosts with the images of agent and generator on them, and an intake.
 * @param owner name of the stage; everything on the engine carries it.
 * @param options `generation5` has the image of the agent's generation 5 on the hosts too; default: no.
 */
export function setStage(
  owner: string,
  hosts: Readonly<Record<string, { readonly release?: DebianRelease }>>,
  { generation5 = false }: { readonly generation5?: boolean } = {},
): Stage {
  const stage: {
    toolchain?: Toolchain;
    intake?: Intake;
    hosts: Record<string, TestHost>;
    deployments: SandboxDeployment[];
  } = {
    hosts: {},
    deployments: [],
  };
  beforeAll(async () => {
    await ensureEngine(logToStderr);
    await removeAll(owner);
    const parts = [...vendorParts, ...ownParts, ...(generation5 ? optionalVendorParts : [])];
    const toolchain = await resolveToolchain({ parts, log: logToStderr });
    stage.toolchain = toolchain;
    const { images } = toolchain;
    const needed = [images.agent, images.generator, ...(generation5 ? [images.agent5] : [])];
    stage.intake = await startIntake(owner, toolchain.images.intake);
    await Promise.all(
      Object.entries(hosts).map(async ([name, options]) => {
        const host = await createTestHost({ name, owner, ...options, log: logToStderr });
        stage.hosts[name] = host;
        for (const image of needed) await host.loadImage(image);
      }),
    );
  });
  afterAll(async () => {
    for (const deployment of stage.deployments) await deployment.forget();
    await removeAll(owner);
  });
  const present = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new Error(`the stage ${owner} has no ${what} (yet)`);
    return value;
  };
  return {
    get toolchain() {
      return present(stage.toolchain, "toolchain");
    },
    get intake() {
      return present(stage.intake, "intake");
    },
    hosts: stage.hosts,
    host: (name) => present(stage.hosts[name], `host ${name}`),
    deployment: (environment) => {
      const deployment = new SandboxDeployment(
        `sandbox-${owner}-${environment}`,
        present(stage.toolchain, "toolchain").environment,
      );
      stage.deployments.push(deployment);
      return deployment;
    },
  };
}

/** The settings that all stacks of a stage share. */
export function stageSettings(
  stage: Stage,
  hosts: readonly TestHost[],
  environment: string,
  generation: GenerationNumber = 7,
) {
  const { images } = stage.toolchain;
  return {
    project: "shop",
    environment,
    hosts,
    networks: ["backend"],
    generation,
    images: { agent: generation === 5 ? images.agent5 : images.agent, generator: images.generator },
    intake: stage.intake.address,
  };
}
