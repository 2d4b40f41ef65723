import type { Contender, Scenario, Target } from "../contender";
import { makePayload, payloadRoot, type Payload } from "../payload";
import { writeSshFiles, type SshFiles } from "../ssh-files";

/** What a contender puts onto the hosts: as it is at first, and after each of the two edits. */
export type Versions = Readonly<Record<"before" | "files" | "image", Payload>>;

/** The payload of each version. */
export function makeVersions(
  images: { agent: string; otherAgent: string; generator: string },
  quiet: string,
  intake: string,
): Versions {
  const { agent, otherAgent, generator } = images;
  return {
    before: makePayload({ agent, generator }, "500ms", intake),
    files: makePayload({ agent, generator }, quiet, intake),
    image: makePayload({ agent: otherAgent, generator }, quiet, intake),
  };
}

/** The payload that a scenario brings onto the hosts. */
export function payloadOf(versions: Versions, scenario: Scenario): Payload {
  if (scenario === "generator's files changed") return versions.files;
  return scenario === "agent's image changed" ? versions.image : versions.before;
}

/**
 * Makefile lines over ssh, as people write them who deploy by hand: one host after the other; stop, remove and run, whether
 * something has changed or not.
 */
export function byHand(versions: Versions): Contender {
  let targets: readonly Target[] = [];
  let ssh: SshFiles | undefined;
  return {
    name: "make and ssh by hand",
    standIns: [],
    prepare: (chosen) => {
      targets = chosen;
      ssh = writeSshFiles(chosen);
      return Promise.resolve();
    },
    step: (scenario) => {
      if (scenario === "preview, nothing to do" || ssh === undefined) return undefined;
      const { config } = ssh;
      const lines = targets.flatMap(({ host }) =>
        linesFor(`ssh -F ${config} ${host.name}`, payloadOf(versions, scenario), scenario),
      );
      return { command: ["bash", "-c", ["set -e", ...lines].join("\n")] };
    },
    close: () => {
      ssh?.remove();
      return Promise.resolve();
    },
  };
}

function linesFor(connect: string, { folder, runLines }: Payload, scenario: Scenario): string[] {
  const cleanUp = (name: string): string => `${connect} docker stop ${name} | xargs -r ${connect} docker rm`;
  const deploy = (name: keyof Payload["runLines"]): string[] => [
    ...(scenario === "first" ? [] : [cleanUp(name)]),
    `${connect} '${runLines[name]}'`,
  ];
  const copy = `tar --create --directory ${folder} . | ${connect} 'mkdir -p ${payloadRoot} && tar --extract --directory ${payloadRoot}'`;
  switch (scenario) {
    case "first":
    case "nothing to do":
      return [copy, ...deploy("datadog-gen"), ...deploy("dd-agent")];
    case "generator's files changed":
      return [copy, ...deploy("datadog-gen")];
    case "agent's image changed":
      return deploy("dd-agent");
    case "destroy":
      return [
        cleanUp("datadog-gen"),
        cleanUp("dd-agent"),
        `${connect} 'rm -rf ${payloadRoot}/config ${payloadRoot}/templates'`,
      ];
    case "preview, nothing to do":
      return [];
  }
}
