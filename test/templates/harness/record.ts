/**
 * Records what a real engine answers for a set of throw-away containers, and takes the containers away again.
 *
 *     npx tsx test/templates/harness/record.ts debian-12-engine-20.10
 *
 * The argument names the file that is written in test/templates/recordings. The engine is the one that DOCKER_HOST
 * names, else the machine's own. A static busybox is needed (Debian: busybox-static); BUSYBOX gives its path where
 * that is not /usr/bin/busybox. Names, ids, addresses and times are new at each recording.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import Docker from "dockerode";
import type { EngineAnswers, EngineContainer, JsonObject } from "./recording";
import { recordingPath } from "./recording";
import { type Specimen, specimenImage, specimenLabel, specimenNetworks, specimens } from "./specimens";

const ours = { label: [specimenLabel] };
const builtInNetworks = ["bridge", "host", "none"];
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
    Labels: { ...specimen.options.Labels, [specimenLabel]: specimen.name },
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

async function read(docker: Docker): Promise<EngineAnswers> {
  const summaries = await docker.listContainers({ all: true, filters: ours });
  const containers: EngineContainer[] = [];
  for (const summary of summaries) {
    const inspect = await docker.getContainer(summary.Id).inspect();
    containers.push({ summary: { ...summary }, inspect: { ...inspect } });
  }
  const names = [...builtInNetworks, ...specimenNetworks.map((network) => network.Name)];
  const networks = (await docker.listNetworks()).filter((network) => names.includes(network.Name));
  const info = Object.entries((await docker.info()) as JsonObject).filter(([field]) => infoFields.includes(field));
  return {
    version: { ...(await docker.version()) } as unknown as JsonObject,
    info: { ...Object.fromEntries(info), Name: "recorded-host", Containers: containers.length, Images: 1 },
    networks: networks.map((network) => ({ ...network })),
    containers,
  };
}

async function removeAll(docker: Docker): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true, filters: ours })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id } of await docker.listNetworks({ filters: ours })) {
    await docker.getNetwork(Id).remove();
  }
  for (const { Id } of await docker.listImages({ filters: { reference: [specimenImage] } })) {
    await docker.getImage(Id).remove({ force: true });
  }
}

async function main(): Promise<void> {
  const name = process.argv[2];
  if (name === undefined) {
    throw new Error("name the recording to write, such as debian-12-engine-20.10");
  }
  const docker = new Docker();
  await removeAll(docker);
  try {
    await importImage(docker);
    for (const network of specimenNetworks) {
      await docker.createNetwork({ ...network, Labels: { [specimenLabel]: network.Name } });
    }
    for (const specimen of specimens) {
      await create(docker, specimen);
    }
    const answers = await read(docker);
    writeFileSync(recordingPath(name), `${JSON.stringify(answers, null, 2)}\n`);
    console.log(`${recordingPath(name)}: ${answers.containers.length} containers`);
  } finally {
    await removeAll(docker);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
