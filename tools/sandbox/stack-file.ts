import { stringify } from "yaml";

import type { GenerationNumber } from "../../infra/integrations";
import type { TestHost } from "../../sandbox/host";

/** The settings of a stack of test hosts. */
export interface SandboxStack {
  readonly project: string;
  readonly environment: string;
  readonly hosts: readonly TestHost[];
  /** Docker networks that the agent joins. */
  readonly networks: readonly string[];
  /** The private key file for the hosts, as the stack file names it. */
  readonly privateKeyFile: string;
  /** The agent's generation. */
  readonly generation: GenerationNumber;
  /** The agent's image; it must match the generation. */
  readonly images: { readonly agent: string; readonly generator: string };
  /** Address of the intake that the agents send to. */
  readonly intake: string;
}

/** The text of a stack file for test hosts; `pulumi config set --secret` adds the API key afterwards. */
export function sandboxStackFile(stack: SandboxStack): string {
  const config = {
    project: stack.project,
    environment: stack.environment,
    intake: stack.intake,
    privateKeyFile: stack.privateKeyFile,
    networks: stack.networks,
    agent: { generation: stack.generation, image: stack.images.agent },
    generator: { image: stack.images.generator },
    hosts: stack.hosts.map(({ name, address, hostKey }) => ({ name, address, hostKey })),
  };
  const namespaced = Object.fromEntries(Object.entries(config).map(([key, value]) => [`datadog-hosts:${key}`, value]));
  return `# Made by \`make sandbox\`; \`make sandbox-down\` removes it.\n${stringify({ config: namespaced }, { lineWidth: 0 })}`;
}
