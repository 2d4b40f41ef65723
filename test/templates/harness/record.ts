/**
 * Records what a real engine answers for a set of throw-away containers, on a test host that is gone afterwards.
 *
 *     node tools/start.cjs test/templates/harness/record.ts 12
 *     node tools/start.cjs test/templates/harness/record.ts 13
 *     node tools/start.cjs test/templates/harness/record.ts 13 swarm
 *
 * The argument is the Debian release whose engine is recorded; the file in test/templates/recordings is named by both. With
 * "swarm", the engine is a Swarm of one node, and the containers are the tasks of services.
 * A static busybox is needed (Debian: busybox-static); BUSYBOX gives its path where that is not /usr/bin/busybox.
 * Ids, addresses and times are new at each recording.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import Docker from "dockerode";
import { createTestHost, type DebianRelease, removeAll, type TestHost } from "../../../sandbox/host";
import type { EngineAnswers, EngineContainer, JsonObject } from "./recording";
import { recordingPath } from "./recording";
import { type Specimen, specimenImage, specimenNetworks, specimens, swarmSpecimens } from "./specimens";

const owner = "recording";
const healthDeadline = 30_000;

/** What templates see of the engine; the rest of the answer describes the machine and is nobody's business. */
const infoFields = ["Name", "Containers", "Images", "ServerVersion", "OperatingSystem", "OSType", "Architecture"];

async function importImage(docker: Docker): Promise<void> {
  const busybox = process.env["BUSYBOX"] ?? "/usr/bin/busybox";
  const tar = spawn(
    "tar",
    ["-C", dirname(busybox), "--transform", "s,^.*$,bin/busybox,", "-c", "-h", basename(busybox)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [repo, tag] = specimenImage.split(":");
  const progress = await docker.importImage(tar.stdout, { repo, tag });
  progress.resume();
  await once(progress, "end");
}

async function create(docker: Docker, specimen: Specimen): Promise<void> {
  const container = await docker.createContainer({
    ...specimen.options,
    name: specimen.name,
    Image: specimenImage,
    Cmd: ["/bin/busybox", "sleep", "600"],
  });
  for (const [network, aliases] of Object.entries(specimen.joins ?? {})) {
    await docker.getNetwork(network).connect({ Container: container.id, EndpointConfig: { Aliases: aliases } });
  }
  if (specimen.state === "created") {
    return;
  }
  await container.start();
  if (specimen.state === "exited") {
    await container.kill();
    await container.wait();
  }
  if (specimen.options.Healthcheck !== undefined) {
    await untilHealthy(container);
  }
}

async function untilHealthy(container: Docker.Container): Promise<void> {
  for (const deadline = Date.now() + healthDeadline; Date.now() < deadline; ) {
    if ((await container.inspect()).State.Health?.Status === "healthy") {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${container.id} is not healthy after ${healthDeadline} ms`);
}

async function createSpecimens(docker: Docker): Promise<void> {
  for (const network of specimenNetworks) {
    await docker.createNetwork(network);
  }
  for (const specimen of specimens) {
    await create(docker, specimen);
  }
}

async function createSwarm(host: TestHost, docker: Docker): Promise<void> {
  await host.run(`docker swarm init --advertise-addr ${host.address}`);
  for (const command of swarmSpecimens) {
    await host.run(command);
  }
  for (const deadline = Date.now() + healthDeadline; Date.now() < deadline; ) {
    if ((await docker.listContainers()).length >= swarmSpecimens.length - 2) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { stdout } = await host.run("docker service ps --format '{{.Name}}: {{.CurrentState}} {{.Error}}' $(docker service ls --quiet)");
  throw new Error(`not all tasks run after ${healthDeadline} ms:\n${stdout}`);
}

async function read(docker: Docker): Promise<EngineAnswers> {
  const summaries = await docker.listContainers({ all: true });
  const containers: EngineContainer[] = [];
  for (const summary of summaries) {
    const inspect = await docker.getContainer(summary.Id).inspect();
    containers.push({ summary: { ...summary }, inspect: { ...inspect } });
  }
  const networks = await docker.listNetworks();
  const info = Object.entries((await docker.info()) as JsonObject).filter(([field]) => infoFields.includes(field));
  return {
    version: { ...(await docker.version()) } as unknown as JsonObject,
    info: Object.fromEntries(info),
    networks: networks.map((network) => ({ ...network })),
    containers,
  };
}

/** The engine of a test host, through ssh, with the host's key verified. */
function engineOf(host: TestHost): Docker {
  const expected = host.hostKey.split(" ")[1];
  return new Docker({
    protocol: "ssh",
    host: host.address,
    port: host.port,
    username: host.user,
    sshOptions: {
      privateKey: readFileSync(host.privateKeyFile),
      hostVerifier: (key: Buffer) => key.toString("base64") === expected,
    },
  });
}

async function record(release: DebianRelease, swarm: boolean): Promise<string> {
  const log = (line: string): void => console.error(line);
  try {
    const host = await createTestHost({ name: "recorded-host", owner, release, log });
    const docker = engineOf(host);
    await importImage(docker);
    await (swarm ? createSwarm(host, docker) : createSpecimens(docker));
    const answers = await read(docker);
    const version = String(answers.version["Version"]).split(".").slice(0, 2).join(".");
    const path = recordingPath(`debian-${release}-engine-${version}${swarm ? "-swarm" : ""}`);
    writeFileSync(path, `${JSON.stringify(answers, null, 2)}\n`);
    return `${path}: ${answers.containers.length} containers`;
  } finally {
    await removeAll(owner);
  }
}

async function main(): Promise<void> {
  const [number, kind] = process.argv.slice(2);
  const release = Number(number);
  if (release !== 12 && release !== 13) {
    throw new Error("name the Debian release whose engine is to be recorded: 12 or 13");
  }
  if (kind !== undefined && kind !== "swarm") {
    throw new Error('the second argument can only be "swarm"');
  }
  console.log(await record(release, kind === "swarm"));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
