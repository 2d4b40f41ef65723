import type { StackState } from "../deploy/state";
import type { ProcessError } from "../shared/run";
import { fileScripts, scriptText } from "./expected";
import type { Finding, Repair } from "./finding";
import { giveBackLine } from "./give-back";
import { type HostLook, lookAtHost, onHost } from "./look";

/** What was found on a host, and what its repair did. */
export interface RepairedHost extends HostLook {
  /** What went wrong on the way; what is left is found by the next look. */
  readonly failures: readonly string[];
  /** The steps that went wrong: shell lines, and names of scripts. */
  readonly failedSteps: ReadonlySet<string>;
  /** Where files are now that stood in the place of folders, a sentence for each. */
  readonly moved: readonly string[];
}

/** Whether all steps of a finding's repair went well. */
export function isRepaired({ repair }: Finding, { failedSteps }: Pick<RepairedHost, "failedSteps">): boolean {
  const { before = [], scripts = [], after = [] } = repair;
  return ![...before, ...scripts, ...after].some((step) => failedSteps.has(step));
}

/**
 * Repairs what was found on a host: first the files, then, after another look, the containers. A container that still
 * mounts a removed folder shows only once the folder exists again.
 * @param readSecrets reads the state with secrets in clear text; called only if files have to be written again.
 */
export async function repairHost(
  look: HostLook,
  readSecrets: () => Promise<StackState | undefined>,
): Promise<RepairedHost> {
  const failures: string[] = [];
  const failedSteps = new Set<string>();
  const moved: string[] = [];
  const { image } = look;
  const fail = (said: string, steps: readonly string[]): void => {
    failures.push(said);
    for (const step of steps) failedSteps.add(step);
  };
  const runStep = async (script: string): Promise<string | undefined> => {
    const { failure, stdout } = await tryOnHost(look.host, script);
    moved.push(...stdout.split("\n").filter((line) => line.includes(setAside)));
    return failure;
  };
  const attempt = async (script: string, steps: readonly string[]): Promise<void> => {
    const failure = await runStep(script);
    if (failure !== undefined) fail(failure, steps);
  };
  /** What fails for want of rights is tried once more, with the folders given back to the user. */
  const layDown = async (script: string, role: string): Promise<void> => {
    const failure = await runStep(script);
    if (failure === undefined) return;
    if (image === undefined || !/permi|can't write/i.test(failure)) {
      fail(failure, [role]);
      return;
    }
    await attempt(`${giveBackLine(look.host.root, image)} >/dev/null`, [role]);
    await attempt(script, [role]);
  };
  const first = together(look.findings);
  let findings = look.findings;
  let after = first.after;
  if (first.before.length > 0 || first.scripts.length > 0) {
    if (first.before.length > 0) await attempt(first.before.join("\n"), first.before);
    const state = await readSecrets();
    for (const role of fileScripts.filter((name) => first.scripts.includes(name))) {
      const text = state === undefined ? undefined : scriptText(state, look.host.name, role);
      if (text === undefined) fail(`the script ${role} can't be read from the stack's state`, [role]);
      else await layDown(text, role);
    }
    const second = await lookAtHost(look.host);
    const known = new Set(findings.map(({ text }) => text));
    const new_ = second.findings.filter(({ text }) => !known.has(text));
    findings = [...findings, ...new_];
    after = together([...look.findings, ...new_]).after;
  }
  // One by one, so that a failure does not stop the others.
  for (const line of after) await attempt(`{ ${line}; } >/dev/null`, [line]);
  return { ...look, findings, failures, failedSteps, moved };
}

/** What the scripts that lay files down say of one that stood in the way (templates/host/files.sh). */
const setAside = " was set aside as ";

/** What a script has printed on a host, and what it has said if it failed. */
async function tryOnHost(
  host: HostLook["host"],
  script: string,
): Promise<{ readonly stdout: string; readonly failure?: string }> {
  try {
    return { stdout: await onHost(host, script) };
  } catch (error) {
    const { message, result } = error as ProcessError;
    return { stdout: result?.stdout ?? "", failure: message.replace(/^Host \S+: failed with status \d+\.\n/, "") };
  }
}

/** The steps of several findings, each once. A container that is restarted need not be started. */
function together(findings: readonly Finding[]): Required<Pick<Repair, "before" | "scripts" | "after">> {
  const all = (key: "before" | "scripts" | "after"): string[] => [
    ...new Set(findings.flatMap(({ repair }) => repair[key] ?? [])),
  ];
  const after = all("after");
  const order = (line: string): number =>
    /^docker (start|unpause)/.test(line) ? 1 : /^docker restart/.test(line) ? 2 : 0;
  return {
    before: all("before"),
    scripts: all("scripts"),
    after: after
      .filter((line) => !(line.startsWith("docker start ") && after.includes(line.replace("start", "restart"))))
      .sort((a, b) => order(a) - order(b)),
  };
}
