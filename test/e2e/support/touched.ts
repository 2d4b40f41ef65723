import type { TestHost } from "../../../sandbox/host";

/** What happens on a host during an action. */
export interface Touched<Result> {
  readonly result: Result;
  /** Events of its engine, such as `container kill dd-agent`, without those of health checks and of files that are read. */
  readonly events: readonly string[];
  /** Paths of files that were written, created or removed. */
  readonly files: readonly string[];
}

/** An engine's event, as far as tests read it. */
interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/** All files of the host itself with the time of their last change; logs and what the engine keeps are left out. */
const listing = "find / /tmp -xdev -path /var/log -prune -o ! -type d -printf '%p %C@ %s\\n' | sort -u";

/** Carries out an action, and tells what the host's engine and its files show of it. */
export async function touchedBy<Result>(host: TestHost, action: () => Promise<Result>): Promise<Touched<Result>> {
  const read = async (command: string): Promise<string> => (await host.run(command)).stdout.trim();
  const filesBefore = new Set((await read(listing)).split("\n"));
  const since = await read("date +%s.%N");
  const result = await action();
  const until = await read("date +%s.%N");
  const filesAfter = new Set((await read(listing)).split("\n"));
  const events = await read(`docker events --since ${since} --until ${until} --format '{{json .}}'`);
  const changed = [...filesBefore, ...filesAfter].filter((line) => !filesBefore.has(line) || !filesAfter.has(line));
  return {
    result,
    // Health checks are commands in containers; whoever copies files out of one asks for their paths.
    events: events
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as EngineEvent)
      .filter(({ Action }) => !/^(exec_|health_status|archive-path)/.test(Action))
      .map(({ Type, Action, Actor }) => `${Type} ${Action} ${Actor.Attributes["name"] ?? ""}`.trim()),
    files: [...new Set(changed.map((line) => line.replace(/ \S+ \S+$/, "")))].sort(),
  };
}
