import { quote } from "../status/questions";
import type { ExpectedContainer, ExpectedHost } from "./expected";
import type { ActualContainer, Facts, PathProblem } from "./facts";
import { giveBackLine } from "./give-back";

/** One difference between a host and what the state says of it. */
export interface Finding {
  /** What is wrong, in words. */
  readonly text: string;
  /** What is done about it. Empty where that is left to a person. */
  readonly mend: Mend;
  /** What a person has to do where nothing else helps; undefined where `make up` does it. */
  readonly byHand?: string;
  /** Whether it is an application's: nobody but its owner restarts that. Default: no. */
  readonly ofApplication?: boolean;
}

/** Steps that put something right; those of all findings are done together, each once, in this order. */
export interface Mend {
  /** What is done, in words. */
  readonly words?: string;
  /** Shell lines for the host, before the scripts. */
  readonly before?: readonly string[];
  /** Scripts of the state that run again, such as `files`. */
  readonly scripts?: readonly string[];
  /** Shell lines for the host, after the scripts. */
  readonly after?: readonly string[];
  /** Resources that the state has to forget, so that `up` makes them anew. */
  readonly refresh?: readonly string[];
}

/** All that a look has found on a host; nothing where it is as the state says. */
export function findingsOf(host: ExpectedHost, facts: Facts): Finding[] {
  const gone = facts.paths.filter(({ problem }) => problem === "gone").map(({ path }) => path);
  // What lay in a folder that is gone says nothing new.
  const files = facts.paths
    .filter(({ path }) => !gone.some((folder) => path.startsWith(`${folder}/`)))
    .map(({ problem, path }) => pathFinding(host, facts, problem, path));
  if (facts.engineProblem !== undefined) {
    const byHand = "Start it on the host (systemctl start docker), then run again.";
    return [{ text: `the Docker engine does not answer (${facts.engineProblem})`, mend: {}, byHand }, ...files];
  }
  return [
    ...files,
    ...host.containers.flatMap((container) => containerFindings(host, container, facts)),
    ...host.images
      .filter(({ name }) => facts.missingImages.includes(name))
      .map(({ urn, name }) => ({
        text: `the image ${name} is gone from the host`,
        mend: { words: "fetched again", refresh: [urn] },
      })),
    ...missingNetworks(host, facts),
    ...heldByApplications(host, facts),
  ];
}

function containerFindings({ stack }: ExpectedHost, expected: ExpectedContainer, facts: Facts): Finding[] {
  const { name, id, urn } = expected;
  const other = facts.containers.find((container) => container.name === name && container.id !== id);
  const actual = facts.containers.find((container) => container.id === id);
  if (other !== undefined && actual?.name === `${name}${failedTakeover}`) return [oldContainerRuns(name)];
  // What a run that was cut off has left goes when the container is made anew.
  const leftover = actual === undefined && other?.stack === stack;
  const findings = other === undefined || leftover ? [] : [namesake(name, other)];
  if (actual === undefined) {
    return [...findings, { text: `the container ${name} is gone`, mend: { words: "made anew", refresh: [urn] } }];
  }
  if (actual.name !== name) {
    const after = [`docker rename ${id} ${name}`];
    findings.push({ text: `the container ${name} is called ${actual.name}`, mend: { words: "renamed", after } });
  }
  return [
    ...findings,
    ...networkFindings(expected, actual, facts),
    ...limitFindings(expected, actual),
    ...stateFindings(name, actual),
    ...held(expected, facts),
  ];
}

/** The end of the name that a container of ours has after a takeover that failed; templates/host/put-back.sh gives it. */
const failedTakeover = ".failed-takeover";

/** The takeover that `up` does again needs the old container where it is. */
function oldContainerRuns(name: string): Finding {
  const text = `the takeover failed, and the old container ${name} runs`;
  return { text, mend: {}, byHand: "Run make up to try again." };
}

/** A container that is not this stack's, under the name of one that is. */
function namesake(name: string, other: ActualContainer): Finding {
  const text = `another container (of the image ${other.image}) is called ${name}`;
  if (other.stack !== "") {
    return { text: `${text}, of stack ${other.stack}`, mend: {}, byHand: `Remove one of the two, then run again.` };
  }
  const aside = `${name}.set-aside-${other.id.slice(0, 12)}`;
  const after = [`docker rename ${other.id} ${aside}`, `docker stop ${other.id}`];
  return { text, mend: { words: `stopped, and called ${aside} now`, after } };
}

/** What `docker update` changes in place. */
function limitFindings({ name, id, restart, memoryMiB }: ExpectedContainer, actual: ActualContainer): Finding[] {
  const differs = (what: string, flags: string): Finding => ({
    text: `the container ${name} was given another ${what}`,
    mend: { words: "put right", after: [`docker update ${flags} ${id}`] },
  });
  const bytes = memoryMiB * 1024 * 1024;
  return [
    ...(actual.restart === restart
      ? []
      : [differs(`restart policy (${actual.restart})`, `--restart ${quote(restart)}`)]),
    // Where the kernel can't limit it, there is none.
    ...(actual.memory === bytes || actual.memory === 0
      ? []
      : [differs("memory limit", `--memory ${bytes} --memory-swap ${bytes}`)]),
  ];
}

function stateFindings(name: string, { id, status, exitCode }: ActualContainer): Finding[] {
  switch (status) {
    case "running":
      return [];
    case "paused":
      return [{ text: `the container ${name} is paused`, mend: { words: "goes on", after: [`docker unpause ${id}`] } }];
    case "restarting": {
      const byHand = `See why on the host: docker logs --tail 20 ${name}`;
      return [{ text: `the container ${name} ends again and again (status ${exitCode})`, mend: {}, byHand }];
    }
    default: {
      const text = `the container ${name} does not run (${status}, status ${exitCode})`;
      return [{ text, mend: { words: "started", after: [`docker start ${id}`] } }];
    }
  }
}

/** Networks that are there and that a container is not on, or not as it should be, and those that it should not be on. */
function networkFindings({ name, id, networks }: ExpectedContainer, actual: ActualContainer, facts: Facts): Finding[] {
  const detach = (network: string): string => `docker network disconnect --force ${quote(network)} ${id}`;
  const missing = networks.flatMap(({ name: network, aliases }): Finding[] => {
    const there = facts.networks.get(network);
    const has = actual.networks.get(network);
    const named = aliases.every((alias) => has?.aliases.includes(alias));
    // One that has never run on it has no id for it yet.
    if (there === undefined || (has !== undefined && named && (has.id === there || has.id === ""))) return [];
    const flags = aliases.map((alias) => `--alias ${quote(alias)} `).join("");
    const after = [`${detach(network)} 2>/dev/null || true`, `docker network connect ${flags}${quote(network)} ${id}`];
    const how = has?.id === there ? `by the name ${aliases.join(", ")}` : "";
    return [
      {
        text: `the container ${name} is not on the network ${network} ${how}`.trimEnd(),
        mend: { words: "attached", after },
      },
    ];
  });
  const listed = networks.map((network) => network.name);
  const more = [...actual.networks.keys()].filter((network) => listed.length > 0 && !listed.includes(network));
  return [
    ...missing,
    ...more.map((network) => ({
      text: `the container ${name} is on the network ${network}, which is not its own`,
      mend: { words: "detached", after: [detach(network)] },
    })),
  ];
}

function missingNetworks({ containers }: ExpectedHost, { networks }: Facts): Finding[] {
  const wanted = new Set(containers.flatMap((container) => container.networks.map(({ name }) => name)));
  return [...wanted]
    .filter((name) => !networks.has(name))
    .map((name) => ({
      text: `the Docker network ${name} is gone`,
      mend: {},
      byHand: `Create it (docker network create ${quote(name)}) or take it out of the host's networks, then run again.`,
    }));
}

/** Folders that a container of ours has mounted, and that were removed and made again since. */
function held({ name, id }: ExpectedContainer, { mounted }: Facts): Finding[] {
  return mounted
    .filter(
      ({ container, inside, outside }) =>
        container === id && inside !== undefined && outside !== "" && inside !== outside,
    )
    .map(({ source }) => ({
      text: `the container ${name} holds a removed ${source}`,
      mend: { words: "restarted", after: [`docker restart ${id}`] },
    }));
}

function heldByApplications({ containers }: ExpectedHost, { mounted, containers: actual }: Facts): Finding[] {
  const ours = new Set(containers.map(({ id }) => id));
  return mounted
    .filter(({ container, inside, outside }) => !ours.has(container) && inside !== undefined && inside !== outside)
    .map(({ container, source }) => {
      const name = actual.find(({ id }) => id === container)?.name ?? container;
      return {
        text: `the container ${name} holds a removed ${source}, and what is published there does not reach it`,
        mend: {},
        byHand: `Restart it on the host: docker restart ${name}`,
        ofApplication: true,
      };
    });
}

function pathFinding(host: ExpectedHost, facts: Facts, problem: PathProblem, path: string): Finding {
  const { root, scripts } = host;
  const below = (folder: string): boolean => path === `${root}/${folder}` || path.startsWith(`${root}/${folder}/`);
  // What they have read or published they take up again at their start alone.
  const restarts = (isGenerator: boolean): string[] =>
    host.containers
      .filter(({ id, generates }) => generates === isGenerator && facts.containers.some((actual) => actual.id === id))
      .map(({ id }) => `docker restart ${id}`);
  if (problem === "unwritable") return unwritable(host, path);
  if (path !== root && !path.startsWith(`${root}/`)) {
    return { text: `${path} is gone, which a container mounts`, mend: {}, byHand: "Put it back, then run again." };
  }
  const words = { gone: "made anew", edited: "put back", rights: "put right" }[problem];
  const text = {
    gone: `${path} is gone`,
    edited: `${path} was edited`,
    rights: `${path} does not belong to the host's user alone`,
  }[problem];
  if (below("secrets")) {
    return { text, mend: { words, scripts: ["api-key"], ...(problem !== "rights" && { after: restarts(false) }) } };
  }
  if (below("config/dd-agent") || below("config/secrets") || path === `${root}/config`) {
    return { text, mend: { words: "made anew; what you had in it is yours to put back", scripts: ["files"] } };
  }
  const all = ["files", ...(below("generated") && scripts.includes("bundled-configs") ? ["bundled-configs"] : [])];
  return { text, mend: { words, scripts: all, ...(problem !== "rights" && { after: restarts(true) }) } };
}

/** By the user's own right where it has it, else as root. */
function unwritable({ root, containers, scripts }: ExpectedHost, path: string): Finding {
  const image = containers[0]?.image;
  const giveBack = image === undefined ? "false" : giveBackLine(root, image);
  return {
    text: `the host's user can't write to ${path}`,
    mend: {
      words: "given back to the user",
      before: [`chmod u+rwx ${quote(path)} 2>/dev/null; [ -w ${quote(path)} ] || ${giveBack}`],
      scripts: scripts.filter((role) => role === "files"),
    },
    byHand: `As root on the host: chattr -i ${quote(path)}; chown -R USER ${quote(path)} (USER is the one that the stack logs in as), then run again.`,
  };
}
