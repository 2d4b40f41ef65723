import { HostPaths } from "../../infra/names";
import type { HostSettings } from "../../infra/settings";
import type { Container } from "../containers/containers";
import { hintPlaces, serviceByName } from "../containers/services";
import { networkFixes, sharesNetwork, type HostNetworks } from "./networks";
import type { Fix } from "./schema";
import { stackLine, unknownFile } from "./stack-lines";

/** What the lines for a container's password file depend on. */
export interface PasswordFileFacts {
  readonly networks: HostNetworks;
  /** The host's root folder; undefined if unknown. */
  readonly root: string | undefined;
  /** The password files that the stack lets containers use; undefined if unknown. */
  readonly passwordFiles: HostSettings["passwordFiles"] | undefined;
}

/** A file's name that can be pasted into a shell and into YAML: the container chooses it. */
const harmlessName = /^\w[\w.-]{0,100}$/;

/**
 * The lines that let the agent use the password file that a container declares.
 * @param refusal why it does not, in the generator's words.
 */
export function passwordFileFixes(
  refusal: string,
  container: Container,
  service: string,
  { networks, root, passwordFiles }: PasswordFileFacts,
): Fix[] {
  const missing = /^its password file (\S+) is missing or empty/.exec(refusal)?.[1];
  if (missing !== undefined) return root === undefined ? [] : fileFixes(missing, root);
  const bound = /^it is not on ([\w.-]+)/.exec(refusal)?.[1];
  if (bound !== undefined) return [{ place: "container", line: `--network ${bound}` }];
  const name = declaredName(container, service) ?? unknownFile;
  const listed = passwordFiles ?? [];
  const already = listed.find((file) => file.name === name);
  const binding = {
    name,
    containers: [...(already?.containers ?? []), container.name],
    network: already?.network ?? sharedNetwork(container, networks),
  };
  const all = [...listed.filter((file) => file !== already), binding];
  return [
    stackLine(
      "passwordFiles",
      all.map(({ name, containers, network }) => ({ name, containers, network })),
    ),
    ...(sharesNetwork(container, networks) ? [] : networkFixes(container, networks)),
    ...(already === undefined && root !== undefined ? fileFixes(name, root) : []),
  ];
}

/**
 * The command that writes the password file that a container declares; undefined if it declares none.
 * @param root the host's root folder; undefined if unknown.
 */
export function declaredFileFixes(container: Container, service: string, root: string | undefined): Fix[] | undefined {
  const name = declaredName(container, service);
  if (name === undefined) return undefined;
  return root === undefined ? [] : fileFixes(name, root);
}

/** The command that writes a password file: it reads the password, which stays out of the shell's history. */
function fileFixes(name: string, root: string): Fix[] {
  if (!harmlessName.test(name)) return [];
  return [
    {
      place: "host",
      line: `(umask 077; cat >${new HostPaths(root).passwords}/${name}) # type the password, Enter, Ctrl-D`,
    },
  ];
}

/**
 * The name of the password file that a container declares: `NAME` if it does so by variable, whose value is not read.
 * Undefined if it declares none.
 */
function declaredName(container: Container, service: string): string | undefined {
  const { labels, variables } = hintPlaces(serviceByName(service)?.hintNames ?? [service], "password-file");
  const label = labels
    .map((one) => container.labels.get(one)?.trim())
    .find((name) => name !== undefined && name !== "");
  if (label !== undefined) return harmlessName.test(label) ? label : unknownFile;
  return variables.some((one) => container.variables.has(one)) ? unknownFile : undefined;
}

/** A network on which the agent reaches a container. */
function sharedNetwork(container: Container, { agent = [], isHost }: HostNetworks): string {
  const own = container.networks.filter((name) => name !== "host" && name !== "none");
  return own.find((name) => isHost || agent.includes(name)) ?? own[0] ?? "bridge";
}
