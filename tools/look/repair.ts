import type { StackState } from "../deploy/state";
import { fileScripts, scriptText } from "./expected";
import type { Finding, Repair } from "./finding";
import { giveBackLine } from "./give-back";
import { type HostLook, lookAtHost, onHost } from "./look";

/** What was found on a host, and what its repair did. */
export interface RepairedHost extends HostLook {
  /** What went wrong on the way; what is left is found by the next look. */
  readonly failures: readonly string[];
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
  const { image } = look;
  const attempt = async (script: string): Promise<void> => {
    const said = await failureOf(look.host, script);
    if (said !== undefined) failures.push(said);
  };
  /** What fails for want of rights is tried once more, with the folders given back to the user. */
  const layDown = async (script: string): Promise<void> => {
    const said = await failureOf(look.host, script);
    if (said === undefined) return;
    if (image === undefined || !/permi|can't write/i.test(said)) {
      failures.push(said);
      return;
    }
    await attempt(`${giveBackLine(look.host.root, image)} >/dev/null`);
    await attempt(script);
  };
  const first = together(look.findings);
  let findings = look.findings;
  let after = first.after;
  if (first.before.length > 0 || first.scripts.length > 0) {
    if (first.before.length > 0) await attempt(first.before.join("\n"));
    const state = await readSecrets();
    for (const role of fileScripts.filter((name) => first.scripts.includes(name))) {
      const text = state === undefined ? undefined : scriptText(state, look.host.name, role);
      if (text === undefined) failures.push(`the script ${role} can't be read from the stack's state`);
      else await layDown(text);
    }
    const second = await lookAtHost(look.host);
    const known = new Set(findings.map(({ text }) => text));
    const new_ = second.findings.filter(({ text }) => !known.has(text));
    findings = [...findings, ...new_];
    after = together([...look.findings, ...new_]).after;
  }
  // One by one, so that a failure does not stop the others.
  for (const line of after) await attempt(`{ ${line}; } >/dev/null`);
  return { ...look, findings, failures };
}

/** The error of a script that failed on a host; undefined if it succeeded. */
async function failureOf(host: HostLook["host"], script: string): Promise<string | undefined> {
  try {
    await onHost(host, script);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Host \S+: failed with status \d+\.\n/, "");
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
