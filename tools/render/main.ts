/**
 * `make render`: shows what an `up` would change in the configs of a stack's hosts, or of its Swarm's nodes, for the
 * containers that run there now.
 */
import type { HostSettings, SwarmSettings } from "../../infra/settings";
import { pulumiEnvironment } from "../deploy/environment";
import { containerFatesOf, type ContainerFate, type PreviewStep } from "../deploy/preview-summary";
import { checkStackFile } from "../deploy/stack-file";
import { requireStack } from "../deploy/stacks";
import { runMain, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { run } from "../shared/run";
import type { Shown } from "../shared/shown";
import { answersHelp } from "../shared/usage";
import { acceptanceId, describeAcceptance, predictedLosses } from "../rollout/accept";
import { exitCodes } from "../status/exit-code";
import { readOptions } from "../status/options";
import {
  describeRenderings,
  readStackSettings,
  renderHosts,
  renderNodes,
  resolveDockerGen,
  type HostRendering,
  type RenderDocument,
} from "./index";

const form = "tools/render/main.ts STACK [--json] [--host NAME]";

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (answersHelp(args, form)) return exitCodes.allWell;
  const { json, host, ...options } = readOptions(args, form);
  const stack = requireStack("stacks", options.stack);
  checkStackFile("stacks", stack);
  const environment = await pulumiEnvironment(stack, "deployment");
  await pulumi(["stack", "select", "--create", stack], environment);
  const { hosts, rollout, swarm } = await readStackSettings(stack, environment);
  const { title, render } =
    swarm === undefined
      ? await hostRendering(stack, chooseHosts(stack, hosts, host))
      : nodeRendering(stack, swarm, host);
  // Settings that the program refuses fail here, before any host is contacted.
  const fates = await step(`Previewing ${stack}`, logToStderr, () => previewFates(stack, environment));
  const renderings = await step(title, logToStderr, () => render(fates));
  const code = renderings.every(({ reached }) => reached) ? exitCodes.allWell : exitCodes.notAsked;
  // Losses are accepted for the whole stack only, not for a single host.
  const losses = rollout.proofSeconds === undefined || host !== undefined ? [] : predictedLosses(renderings);
  const accept = losses.length === 0 ? undefined : acceptanceId(losses);
  const document: RenderDocument = {
    stack,
    exitCode: code,
    ...(accept !== undefined && { accept }),
    hosts: renderings,
  };
  const text = json
    ? JSON.stringify(document, null, 2)
    : [describeRenderings(renderings), ...(accept === undefined ? [] : [describeAcceptance(stack, accept)])].join("\n");
  process.stdout.write(`${text}\n`);
  return code;
}

/** What is rendered, and how. */
interface Rendering {
  readonly title: string;
  readonly render: (fates: ReadonlyMap<string, readonly ContainerFate[]>) => Promise<Shown<HostRendering>[]>;
}

async function hostRendering(stack: string, hosts: readonly HostSettings[]): Promise<Rendering> {
  const program = await resolveDockerGen(stack);
  return {
    title: hosts.length === 1 ? "Rendering the configs of a host" : `Rendering the configs of ${hosts.length} hosts`,
    render: (fates) => renderHosts(hosts, { program, fates }),
  };
}

function nodeRendering(stack: string, swarm: SwarmSettings, node: string | undefined): Rendering {
  return {
    title: node === undefined ? "Rendering the configs of the Swarm's nodes" : "Rendering the configs of a node",
    render: (fates) => renderNodes(swarm, { stack, node, fates }),
  };
}

/** What happens to each host's containers, according to a preview of the same settings. */
async function previewFates(
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, readonly ContainerFate[]>> {
  const preview = await pulumi(["preview", "--json", "--stack", stack], environment);
  const { steps = [] } = JSON.parse(preview) as { readonly steps?: readonly PreviewStep[] };
  return containerFatesOf(steps);
}

/** Runs a `pulumi` command and returns its output. */
async function pulumi(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { status, stdout, stderr } = await run("pulumi", [...args, "--non-interactive"], { env, check: false });
  if (status !== 0) throw new UserError(stderr.trim() === "" ? diagnosticsIn(stdout) : stderr.trim());
  return stdout;
}

/** The errors in the output of `pulumi preview --json`. */
function diagnosticsIn(output: string): string {
  try {
    const { diagnostics = [] } = JSON.parse(output) as {
      readonly diagnostics?: readonly { readonly message: string }[];
    };
    return diagnostics.map(({ message }) => message.trim()).join("\n");
  } catch {
    return output.trim();
  }
}

function chooseHosts(stack: string, hosts: readonly HostSettings[], name: string | undefined): readonly HostSettings[] {
  const chosen = name === undefined ? hosts : hosts.filter((host) => host.name === name);
  if (chosen.length > 0) return chosen;
  throw new UserError(
    `Stack ${stack} has no host ${name ?? ""}; its file lists: ${hosts.map((host) => host.name).join(", ")}.`,
  );
}

runMain(main, () => exitCodes.wrongUse);
