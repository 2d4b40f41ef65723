import { containerNames } from "../../infra/names";
import type { GenerationNumber } from "../../infra/integrations";
import { placeOf } from "../deploy/host-resources";
import type { StackState, StateResource } from "../deploy/state";

/** A container as a stack's state knows it. */
export interface ExpectedContainer {
  readonly urn: string;
  readonly id: string;
  readonly name: string;
  /** Whether it is the generator. */
  readonly generates: boolean;
  readonly networks: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  /** Its bind mounts. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
}

/** What a stack's state says to be on a host. */
export interface ExpectedHost {
  readonly name: string;
  /** The stack that watches it. */
  readonly stack: string;
  readonly address: string;
  /** The shell command that logs in. */
  readonly ssh: string;
  /** The folder under which everything is kept. */
  readonly root: string;
  readonly containers: readonly ExpectedContainer[];
  /** Which scripts have laid down files there, such as `files` and `api-key`. */
  readonly scripts: readonly string[];
  /** Configs that are always there, as absolute paths. */
  readonly configs: readonly string[];
}

/** A host in the stack's outputs, as far as it is read here; infra/fleet/outputs.ts writes it. */
interface HostOutput {
  readonly name: string;
  readonly address: string;
  readonly root: string;
  readonly ssh: string;
  readonly integrations: readonly string[];
  readonly agentGeneration: GenerationNumber;
}

/** The resources that a host's files come from, by their role, in the order in which they are made. */
export const fileScripts = ["files", "bundled-configs", "api-key"] as const;

/** The hosts in a stack's state on which there is something, in the order of the stack file. */
export function expectedHosts({ deployment: { resources = [] } }: StackState): ExpectedHost[] {
  const made = resources.filter((resource) => resource.delete !== true);
  const whole = made.find(({ type }) => type === "pulumi:pulumi:Stack");
  const outputs = whole?.outputs?.["hosts"];
  // urn:pulumi:STACK::PROJECT::…
  const stack = whole?.urn.split(":")[2] ?? "";
  if (!Array.isArray(outputs)) return [];
  return (outputs as readonly HostOutput[]).flatMap((output) => {
    const own = made.flatMap((resource) => {
      const place = placeOf(resource.urn);
      return place?.host === output.name && place.role !== undefined ? [{ ...resource, role: place.role }] : [];
    });
    const containers = own.flatMap((resource) => containerOf(resource));
    const scripts = fileScripts.filter((role) => own.some((resource) => resource.role === role));
    if (containers.length === 0 && scripts.length === 0) return [];
    const { name, address, ssh, root } = output;
    return [
      {
        name,
        stack,
        address,
        ssh,
        root,
        containers,
        scripts,
        configs: scripts.includes("files") ? configs(output) : [],
      },
    ];
  });
}

/** The text that a script reads on its standard input; undefined where the state has none, or only encrypted. */
export function scriptText(
  { deployment: { resources = [] } }: StackState,
  host: string,
  role: string,
): string | undefined {
  const found = resources.find(({ urn, delete: old }) => {
    const place = placeOf(urn);
    return place?.host === host && place.role === role && old !== true;
  });
  const stdin = found?.inputs?.["stdin"];
  if (typeof stdin === "string") return stdin;
  // As `pulumi stack export --show-secrets` prints a secret: its JSON, under this key.
  const plain = (stdin as { readonly plaintext?: string } | undefined)?.plaintext;
  return plain === undefined ? undefined : (JSON.parse(plain) as string);
}

function containerOf({ urn, id, type, inputs = {} }: StateResource): ExpectedContainer[] {
  if (type !== "docker:index/container:Container" || id === undefined) return [];
  const list = (key: string): Record<string, unknown>[] => (inputs[key] ?? []) as Record<string, unknown>[];
  const name = String(inputs["name"]);
  return [
    {
      urn,
      id,
      name,
      generates: name === containerNames.generator,
      networks: list("networksAdvanced").map((network) => ({
        name: String(network["name"]),
        aliases: (network["aliases"] ?? []) as string[],
      })),
      mounts: list("mounts")
        .filter(({ type }) => type === "bind")
        .map(({ source, target }) => ({ source: String(source), target: String(target) })),
    },
  ];
}

function configs({ root, integrations, agentGeneration }: HostOutput): string[] {
  return integrations.map((check) =>
    agentGeneration === 5
      ? `${root}/generated/datadog/${check}.yaml`
      : `${root}/generated/datadog/${check}.d/${check}.yaml`,
  );
}
