import type { TestHost } from "../../../../sandbox/host";
import { changeSettings } from "../../../e2e/support/stack-settings";
import type { OpenStage } from "../../../e2e/support/open-stage";
import { stageSettings } from "../../../e2e/support/stage-settings";
import type { Contender } from "../contender";
import { programStandIns, stepOf, type Edits } from "./this-program";

/**
 * This program where the hosts are the nodes of a Docker Swarm: the first one is its only manager. All nodes change at the same
 * time, as listed hosts do.
 */
export function thisProgramOnSwarm(stage: OpenStage, edits: Edits): Contender {
  const deployment = stage.deployment("swarm");
  let nodes: readonly TestHost[] = [];
  return {
    name: "this program, Swarm",
    standIns: programStandIns(stage),
    // The engine waits most of the time, whatever the link to the manager is.
    plainLinkOnly: true,
    prepare: async (targets) => {
      nodes = targets.map(({ host }) => host);
      const [manager, ...workers] = targets;
      if (manager === undefined) return;
      const { host, address, port } = manager;
      await host.run(`docker swarm init --advertise-addr ${host.address}`);
      const token = (await host.run("docker swarm join-token --quiet worker")).stdout.trim();
      await Promise.all(
        workers.map(({ host: worker }) => worker.run(`docker swarm join --token ${token} ${host.address}:2377`)),
      );
      await deployment.configure({ ...stageSettings(stage, [host], "staging"), networks: [] });
      changeSettings(deployment.stackFile, {
        hosts: undefined,
        swarm: {
          managers: [{ name: host.name, address, port, hostKey: host.hostKey }],
          update: { parallelism: nodes.length },
        },
        privateKeyFile: host.privateKeyFile,
      });
    },
    step: (scenario) => stepOf(deployment, edits, scenario),
    close: async () => {
      await deployment.forget();
      await Promise.all(nodes.map((node) => node.run("docker swarm leave --force")));
    },
  };
}
