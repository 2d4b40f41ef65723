import { selectIntegrations } from "../../infra/integrations";
import { HostPaths } from "../../infra/names";
import type { HostSettings } from "../../infra/settings";
import type { ContainerFate } from "../deploy/preview-summary";
import { UserError } from "../shared/errors";
import { ProcessError } from "../shared/run";
import { isRare, secretsIn } from "../shared/secrets";
import { shown, type Shown } from "../shared/shown";
import { sideBySide } from "../shared/side-by-side";
import { whyNotReached } from "../status/ask-hosts";
import { quote } from "../shared/questions";
import { readCurrentConfigs } from "./current";
import { differencesBetween, type ContainerNames } from "./differences";
import { filesAfterUp, type ConfigFiles } from "./draft";
import { parseContent } from "./instances";
import { passwordLines, readPasswords, type PasswordFiles } from "./passwords";
import { renderDraft } from "./render-draft";
import type { HostRendering } from "./schema";
import { withHostSession } from "./session";

/** Options of {@link renderHosts}. */
export interface RenderOptions {
  /** Path of the program docker-gen. */
  readonly program: string;
  /** What happens to containers according to a preview of the same settings, by the hosts' names. Default: unknown. */
  readonly fates?: ReadonlyMap<string, readonly ContainerFate[]>;
}

/**
 * Compares the current configs of hosts with those after an `up`. Changes nothing on the hosts. A host that can't be reached
 * does not affect the others.
 * @returns a rendering for each host, in the hosts' order.
 */
export function renderHosts(hosts: readonly HostSettings[], options: RenderOptions): Promise<Shown<HostRendering>[]> {
  return sideBySide(hosts, (host) => renderHost(host, options));
}

async function renderHost(host: HostSettings, { program, fates }: RenderOptions): Promise<Shown<HostRendering>> {
  const paths = new HostPaths(host.root);
  const names = host.passwordFiles.map(({ name }) => name);
  const containers = fates?.get(host.name) ?? [];
  const about = { host: host.name, containers } as const;
  try {
    return await withHostSession(
      host,
      (mark) => [...passwordLines(names, paths, mark), configsLine(paths, mark)],
      async ({ socketPath, lines }, mark) => {
        const passwords = readPasswords(lines, mark);
        const integrations = selectIntegrations(host.integrations, host.agent.generation);
        const rendering = renderDraft({ program, engineSocket: socketPath, host, integrations, passwords });
        // It removes its files when it ends.
        const rendered = rendering.catch(() => undefined);
        const current = await readCurrentConfigs(socketPath, paths.configs).finally(() => rendered);
        const draft = await rendering;
        const unread = current.files === undefined && lines.includes(`${mark} configs`) ? [unreadConfigs] : [];
        return renderingOf(about, {
          before: current.files ?? new Map<string, string>(),
          draft,
          names: current.names,
          remarks: [...unreadPasswords(passwords, host), ...unread],
        });
      },
    );
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return notRendered(about, problem);
  }
}

/** What a rendering is about. */
type About = Pick<HostRendering, "host" | "containers">;

/**
 * What an `up` would change in the configs of a host or a node.
 * @param found its configs now, what docker-gen has rendered, the names of its containers by address, and further remarks.
 */
export function renderingOf(
  about: About,
  found: {
    readonly before: ConfigFiles;
    readonly draft: ConfigFiles;
    readonly names: ContainerNames;
    readonly remarks: readonly string[];
  },
): Shown<HostRendering> {
  const { before, draft, names, remarks } = found;
  const differences = differencesBetween(before, filesAfterUp(before, draft), names);
  const known = [...secretsOf(before), ...secretsOf(draft)].filter(isRare);
  const all = [...differences.remarks, ...remarks];
  return shown({ ...about, reached: true, problem: "", ...differences, remarks: all }, known);
}

/** A host or a node that could not be rendered. */
export function notRendered(about: About, problem: string): Shown<HostRendering> {
  return shown({ ...about, reached: false, problem, instances: [], files: [], remarks: [] });
}

/** A shell line that prints whether there are configs at all; their files belong to root. */
function configsLine({ configs }: HostPaths, mark: string): string {
  return `[ -z "$(ls -A ${quote(configs)} 2>/dev/null)" ] || echo "${mark} configs"`;
}

const unreadConfigs =
  "neither the agent's nor the generator's container is there, so the configs can't be read: all instances count as new";

/** Why a host could not be reached; undefined for other errors, which are defects of this program. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof ProcessError) return whyNotReached(error);
  if (error instanceof UserError) return `can't be rendered: ${error.message}`;
  // Errors of the Docker client have a statusCode, errors of its connection a code.
  const { statusCode, code, message } = error as Partial<Record<"statusCode" | "code" | "message", unknown>>;
  return statusCode === undefined && code === undefined
    ? undefined
    : `its Docker engine does not answer (${String(message)}). See how it fares, then run again.`;
}

function unreadPasswords(passwords: PasswordFiles, { user }: HostSettings): string[] {
  return [...passwords]
    .filter(([, content]) => content === undefined)
    .map(
      ([name]) => `the password file ${name} can't be read by user ${user}: whether its password changes is not known`,
    );
}

function secretsOf(files: ConfigFiles): string[] {
  return [...files.values()].flatMap((text) => secretsIn(parseContent(text)));
}
