import { HostPaths } from "../../infra/names";
import { generatorPaths } from "../../infra/rendering";
import { quote } from "../shared/questions";
import type { ExpectedHost } from "./expected";
import type { Facts, PathProblem } from "./facts";
import type { Finding } from "./finding";
import { giveBackLine } from "./give-back";
import { imageFor } from "./image-findings";

/** What is wrong with a file or folder of a host. */
export function pathFinding(host: ExpectedHost, facts: Facts, problem: PathProblem, path: string): Finding {
  const { root, scripts } = host;
  const below = (folder: string): boolean => path === `${root}/${folder}` || path.startsWith(`${root}/${folder}/`);
  // They read and publish it again only when they start.
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
  if (problem === "page-rights") return openPage(host, path);
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

/** A folder that others may enter or write to; it is closed with the user's own rights, or else as root. */
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

/** A status page, or a folder of such pages, with the rights of one; set by the generator, to which the pages belong. */
function openPage({ root, containers }: ExpectedHost, path: string): Finding {
  const generator = containers.find(({ generates }) => generates)?.id ?? "";
  const { generated } = generatorPaths;
  const page = quote(`${generated}${path.slice(`${root}/generated`.length)}`);
  const correct = `chown 0 "$1" && if [ -d "$1" ]; then chmod 755 "$1" && chown "$(stat -c %u:%g ${generated})" "$1"; else chmod 644 "$1"; fi`;
  return {
    text: `${path} can't be read by every web server, or can be changed by others than the generator`,
    repair: { done: "corrected", after: [`docker exec ${generator} sh -c ${quote(correct)} sh ${page}`] },
  };
}

/** With the user's own rights if they suffice, or else as root. */
function unwritable(host: ExpectedHost, facts: Facts, path: string): Finding {
  return {
    text: `${path} can't be written to by the host's user`,
    repair: {
      done: "given back to the user",
      before: [
        `chmod u+rwx ${quote(path)} 2>/dev/null; { [ -w ${quote(path)} ] && [ -x ${quote(path)} ]; } || ${giveBackTo(host, facts)}`,
      ],
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
