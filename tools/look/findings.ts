import { HostPaths, setAsideSuffix } from "../../infra/names";
import { quote } from "../shared/questions";
import type { ExpectedContainer, ExpectedHost } from "./expected";
import type { ActualContainer, Facts, PathProblem } from "./facts";
import { giveBackLine } from "./give-back";

/** One difference between a host and what the state says of it. */
export interface Finding {
  /** What is wrong, for a person. */
  readonly text: string;
  /** How `make up` repairs it. Empty if a person has to. */
  readonly repair: Repair;
  /** What a person has to do; undefined if `make up` repairs it. */
  readonly byHand?: string;
  /** Whether it is an application's: nobody but its owner restarts that. Default: no. */
  readonly ofApplication?: boolean;
  /** Whether `up` succeeds with it: it may be meant so. Default: no. */
  readonly mayBeMeant?: boolean;
}

/** The steps of a repair. The steps of all findings run together, each once, in this order. */
export interface Repair {
  /** What was done, for a person, such as `restarted`. */
  readonly done?: string;
  /** Shell lines for the host, before the scripts. */
  readonly before?: readonly string[];
  /** Scripts of the state that run again, such as `files`. */
  readonly scripts?: readonly string[];
  /** Shell lines for the host, after the scripts. */
  readonly after?: readonly string[];
  /** A container that the state has to take back: it runs again in place of the one that has replaced it. */
  readonly takeBack?: { readonly urn: string; readonly id: string };
  /** Resources that the state has to forget, so that `up` creates them again. */
  readonly refresh?: readonly string[];
  /** Resources that `up` has to replace: the old one goes once the new one is accepted. */
  readonly replace?: readonly string[];
}

/** All differences that a look found on a host; empty if the host is as the state says. */
export function findingsOf(host: ExpectedHost, facts: Facts): Finding[] {
  const withProblem = (wanted: PathProblem): string[] =>
    facts.paths.filter(({ problem }) => problem === wanted).map(({ path }) => path);
  const [gone, foreign] = [withProblem("gone"), withProblem("rights")];
  // What lay in a folder that is gone says nothing new, nor does a foreign folder that is open.
  const files = facts.paths
    .filter(({ path }) => !gone.some((folder) => path.startsWith(`${folder}/`)))
    .filter(({ problem, path }) => problem !== "open" || !foreign.includes(path))
    .map(({ problem, path }) => pathFinding(host, facts, problem, path));
  if (facts.engineProblem !== undefined) {
    const text = `the Docker engine does not answer (${facts.engineProblem})`;
    const byHand = /permission denied/i.test(facts.engineProblem)
      ? "Add the user that the stack logs in as to the docker group (usermod -aG docker USER), then run again."
      : "Start it on the host (systemctl start docker), then run again.";
    return [{ text, repair: {}, byHand }, ...files];
  }
  return [
    ...files,
    ...host.containers.flatMap((container) => containerFindings(host, container, facts)),
    ...imageFindings(host, facts),
    ...missingNetworks(host, facts),
    ...heldByApplications(host, facts),
  ];
}

function containerFindings({ stack }: ExpectedHost, expected: ExpectedContainer, facts: Facts): Finding[] {
  const { name, id, urn, replaces } = expected;
  const other = facts.containers.find((container) => container.name === name && container.id !== id);
  const actual = facts.containers.find((container) => container.id === id);
  if (other !== undefined && actual?.name === `${name}${failedTakeover}`) return [oldContainerRuns(name)];
  if (other?.stack === stack && actual?.name.startsWith(`${name}${setAsideSuffix}`) === true) {
    return [unfinishedReplacement(expected, other)];
  }
  // It is removed when the container is created again.
  const leftover = actual === undefined && other?.stack === stack;
  const findings = other === undefined || leftover ? [] : [namesake(name, other)];
  if (leftover) {
    const interrupted = "after an interrupted up";
    return [
      replaces.includes(other.id)
        ? {
            text: `the old container ${name} runs again ${interrupted}`,
            repair: { done: "the state has it again", takeBack: { urn, id: other.id } },
          }
        : {
            text: `another container ${name} of this stack is there ${interrupted}`,
            repair: { done: "replaced", refresh: [urn] },
          },
    ];
  }
  if (actual === undefined) {
    return [...findings, { text: `the container ${name} is gone`, repair: { done: "created again", refresh: [urn] } }];
  }
  if (actual.name !== name) {
    const after = [`docker rename ${id} ${name}`];
    findings.push({ text: `the container ${name} is named ${actual.name}`, repair: { done: "renamed", after } });
  }
  return [
    ...findings,
    ...networkFindings(expected, actual, facts),
    ...limitFindings(expected, actual, facts),
    ...stateFindings(name, actual),
    ...held(expected, facts),
  ];
}

/** The end of the name that a container of ours has after a takeover that failed; templates/host/put-back.sh gives it. */
const failedTakeover = ".failed-takeover";

/** An `up` has replaced a container, and was killed before the state was written. The next one has to begin at the state. */
function unfinishedReplacement({ name, id, restart }: ExpectedContainer, successor: ActualContainer): Finding {
  const goBack = [
    `docker rm --force ${successor.id}`,
    `docker rename ${id} ${name}`,
    `docker update --restart ${quote(restart)} ${id}`,
    `docker start ${id}`,
  ];
  return {
    text: `the container ${name} was replaced by an interrupted up, and the state has the old one`,
    repair: { done: "the old one runs again", after: [goBack.join(" && ")] },
  };
}

/** The takeover that `up` does again needs the old container where it is. */
function oldContainerRuns(name: string): Finding {
  const text = `the takeover failed, and the old container ${name} runs`;
  return { text, repair: {}, byHand: "Run make up to try again." };
}

/** A container that is not this stack's, under the name of one that is. */
function namesake(name: string, other: ActualContainer): Finding {
  const text = `another container (of the image ${other.image}) is named ${name}`;
  if (other.stack !== "") {
    return { text: `${text}, of stack ${other.stack}`, repair: {}, byHand: `Remove one of the two, then run again.` };
  }
  const aside = `${name}.set-aside-${other.id.slice(0, 12)}`;
  const after = [`docker rename ${other.id} ${aside}`, `docker stop ${other.id}`];
  return { text, repair: { done: `stopped and renamed ${aside}`, after } };
}

/** What `docker update` changes in place. Limits that it can't take away again need a new container. */
function limitFindings(
  { urn, name, id, restart, memoryMiB }: ExpectedContainer,
  { restart: policy, memory, memorySwap, limits }: ActualContainer,
  { containers }: Facts,
): Finding[] {
  const differs = (what: string, flags: string): Finding => ({
    text: `the container ${name} has another ${what}`,
    repair: { done: "corrected", after: [`docker update ${flags} ${id}`] },
  });
  const bytes = memoryMiB * 1024 * 1024;
  // Where the kernel can't limit it, there is no limit of memory, or none of swap in any container.
  const swapIsLimited = containers.some((other) => other.stack !== "" && other.memory > 0 && other.memorySwap > 0);
  const others = [...limits].filter(([limit, value]) => limit !== "memory-reservation" || Number(value) < bytes);
  return [
    ...(policy === restart ? [] : [differs(`restart policy (${policy})`, `--restart ${quote(restart)}`)]),
    ...(memory === 0 || (memory === bytes && (memorySwap === bytes || !swapIsLimited))
      ? []
      : [differs("memory limit", `--memory ${bytes} --memory-swap ${bytes}`)]),
    ...(others.length === 0
      ? []
      : [
          {
            text: `the container ${name} has other limits (${others.map((limit) => limit.join(" ")).join(", ")})`,
            repair: { done: "replaced", replace: [urn] },
          },
        ]),
  ];
}

/** Names of images that the host no longer has, or has for another image than the container was made from. */
function imageFindings({ images, containers }: ExpectedHost, facts: Facts): Finding[] {
  const fetched = images.filter(({ name }) => facts.images.get(name) === "");
  const gone = (name: string): string => `the image ${name} is gone from the host`;
  return [
    ...fetched.map(({ urn, name }) => ({ text: gone(name), repair: { done: "pulled again", refresh: [urn] } })),
    ...containers.flatMap(({ id, name: container, image: name }): Finding[] => {
      const there = facts.images.get(name);
      const imageId = facts.containers.find((actual) => actual.id === id)?.imageId;
      if (imageId === undefined || there === undefined || there === imageId) return [];
      if (there !== "") {
        const byHand = `That one comes with the next change of the container. To keep the one that runs: docker tag ${imageId} ${name}`;
        const text = `the image ${name} on the host is another one than that of the container ${container}`;
        return [{ text, repair: {}, byHand, mayBeMeant: true }];
      }
      if (fetched.some((image) => image.name === name)) return [];
      // The container keeps the image itself. A digest can't be given by hand.
      const after = name.includes("@") ? `docker pull --quiet ${quote(name)}` : `docker tag ${imageId} ${quote(name)}`;
      return [{ text: gone(name), repair: { done: "tagged again", after: [after] } }];
    }),
  ];
}

function stateFindings(name: string, { id, status, exitCode, health }: ActualContainer): Finding[] {
  switch (status) {
    case "running":
      if (health !== "unhealthy") return [];
      return [
        { text: `the container ${name} is unhealthy`, repair: { done: "restarted", after: [`docker restart ${id}`] } },
      ];
    case "paused":
      return [
        { text: `the container ${name} is paused`, repair: { done: "resumed", after: [`docker unpause ${id}`] } },
      ];
    case "restarting": {
      const byHand = `See why on the host: docker logs --tail 20 ${name}`;
      return [{ text: `the container ${name} keeps restarting (exit code ${exitCode})`, repair: {}, byHand }];
    }
    default: {
      const text = `the container ${name} does not run (${status}, exit code ${exitCode})`;
      return [{ text, repair: { done: "started", after: [`docker start ${id}`] } }];
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
        repair: { done: "attached", after },
      },
    ];
  });
  const listed = networks.map((network) => network.name);
  const more = [...actual.networks.keys()].filter((network) => listed.length > 0 && !listed.includes(network));
  return [
    ...missing,
    ...more.map((network) => ({
      text: `the container ${name} is on the network ${network}, which is not its own`,
      repair: { done: "detached", after: [detach(network)] },
    })),
  ];
}

function missingNetworks({ containers }: ExpectedHost, { networks }: Facts): Finding[] {
  const wanted = new Set(containers.flatMap((container) => container.networks.map(({ name }) => name)));
  return [...wanted]
    .filter((name) => !networks.has(name))
    .map((name) => ({
      text: `the Docker network ${name} is gone`,
      repair: {},
      byHand:
        name === "bridge"
          ? "Remove bridge: none from the engine's settings (/etc/docker/daemon.json) and restart it, or set agent: { network: host }, then run again."
          : `Create it (docker network create ${quote(name)}) or remove it from the host's networks, then run again.`,
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
      text: `the container ${name} mounts a removed ${source}`,
      repair: { done: "restarted", after: [`docker restart ${id}`] },
    }));
}

function heldByApplications({ containers }: ExpectedHost, { mounted, containers: actual }: Facts): Finding[] {
  const ours = new Set(containers.map(({ id }) => id));
  return mounted
    .filter(({ container, inside, outside }) => !ours.has(container) && inside !== undefined && inside !== outside)
    .map(({ container, source }) => {
      const name = actual.find(({ id }) => id === container)?.name ?? container;
      return {
        text: `the container ${name} mounts a removed ${source}, and what is published there does not reach it`,
        repair: {},
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
  if (problem === "unwritable") return unwritable(host, facts, path);
  if (path !== root && !path.startsWith(`${root}/`)) {
    return { text: `${path} is gone, which a container mounts`, repair: {}, byHand: "Put it back, then run again." };
  }
  if (problem === "added") {
    const byHand = `Remove it on the host, or move it to ${root}/config/dd-agent/conf.d, the place of your own checks.`;
    return { text: `${path} was added by hand, and the agent reads it`, repair: {}, byHand };
  }
  if (problem === "open") return openFolder(host, facts, path);
  const done = { gone: "created again", edited: "restored", rights: "corrected" }[problem];
  const text = {
    gone: `${path} is gone`,
    edited: `${path} was edited`,
    rights: `${path} does not belong to the host's user alone`,
  }[problem];
  if (below("secrets")) {
    return { text, repair: { done, scripts: ["api-key"], ...(problem !== "rights" && { after: restarts(false) }) } };
  }
  if (below("config/dd-agent") || below("config/secrets") || path === `${root}/config`) {
    return { text, repair: { done: "created again, empty: put your own files back", scripts: ["files"] } };
  }
  const all = ["files", ...(below("generated") && scripts.includes("bundled-configs") ? ["bundled-configs"] : [])];
  return { text, repair: { done, scripts: all, ...(problem !== "rights" && { after: restarts(true) }) } };
}

/** A folder that others may enter, or write to: by the user's own right, else as root. */
function openFolder(host: ExpectedHost, facts: Facts, path: string): Finding {
  const isPrivate =
    path !== new HostPaths(host.root).sockets &&
    /^\/(secrets|config|templates)\/[^/]+\/|^\/generated\/|^\/config\/secrets$/.test(path.slice(host.root.length));
  const close = `chmod ${isPrivate ? "u=rwx,go=" : "o-w"} ${quote(path)} 2>/dev/null`;
  return {
    text: `${path} is open to others than the host's user`,
    repair: {
      done: "closed",
      before: [`[ -O ${quote(path)} ] && ${close} || { ${giveBackTo(host, facts)}; ${close}; }`],
    },
  };
}

/** By the user's own right where it has it, else as root. */
function unwritable(host: ExpectedHost, facts: Facts, path: string): Finding {
  return {
    text: `the host's user can't write to ${path}`,
    repair: {
      done: "given back to the user",
      before: [`chmod u+rwx ${quote(path)} 2>/dev/null; [ -w ${quote(path)} ] || ${giveBackTo(host, facts)}`],
      scripts: host.scripts.filter((role) => role === "files"),
    },
    byHand: `As root on the host: chattr -i ${quote(path)}; chown -R USER ${quote(path)} (USER is the one that the stack logs in as), then run again.`,
  };
}

/** A shell line that gives all files back to the user; one that fails where no image for it is known. */
function giveBackTo(host: ExpectedHost, facts: Facts): string {
  const image = imageFor(host, facts);
  return image === undefined ? "false" : giveBackLine(host.root, image);
}

/** An image that is on the host: by its id, since anybody may have given its name to another one. */
export function imageFor({ containers }: ExpectedHost, facts: Facts): string | undefined {
  const ids = containers.flatMap(({ id }) => facts.containers.filter((actual) => actual.id === id));
  return ids[0]?.imageId ?? containers[0]?.image;
}
