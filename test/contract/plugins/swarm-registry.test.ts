import { afterAll, beforeAll, expect, test } from "vitest";

import { createTestHost, type TestHost } from "../../../sandbox/host";
import { ensureRegistryImage } from "../../../sandbox/host/registry-image";
import { logToStderr } from "../../../tools/shared/progress";
import { waitFor } from "../../../tools/shared/wait";
import { IMAGE } from "./support/docker-host";
import { SERVICE, serviceInputs } from "./support/swarm";
import { usePlugin, useSwarm } from "./support/use";

const login = { username: "reader", password: "of-the-registry" };

const host = useSwarm("docker-registry");
/** Joins later, and has no image. */
let newcomer: TestHost;

const registry = (): string => `${host.get().machine.address}:5000`;

/** Lets a host's engine use the registry without TLS. */
async function trustRegistry(machine: TestHost): Promise<void> {
  const file = "/etc/docker/daemon.json";
  await machine.run(`sed -i 's/^{/{"insecure-registries":["${registry()}"],/' ${file} && kill -HUP $(pidof dockerd)`);
  const trusted =
    "docker info --format '{{json .RegistryConfig.InsecureRegistryCIDRs}}{{json .RegistryConfig.IndexConfigs}}'";
  await waitFor("the engine to know it", async () => (await machine.run(trusted)).stdout.includes(registry()));
}

beforeAll(async () => {
  const image = await ensureRegistryImage(logToStderr);
  const { machine } = host.get();
  newcomer = await createTestHost({ name: "registry-newcomer", owner: machine.owner });
  await machine.loadImage(image);
  const serve = [
    `htpasswd -Bbc /users ${login.username} ${login.password}`,
    "REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=tests REGISTRY_AUTH_HTPASSWD_PATH=/users exec docker-registry serve /etc/docker/registry/config.yml",
  ].join(" && ");
  await machine.run(`docker run --detach --network host ${image} sh -c '${serve}'`);
  for (const each of [machine, newcomer]) await trustRegistry(each);
  await waitFor("the registry", async () => {
    const { status } = await machine.run(`docker login -u ${login.username} --password-stdin ${registry()}`, {
      input: login.password,
      check: false,
    });
    return status === 0;
  });
  await machine.run(`docker tag ${IMAGE} ${registry()}/sleeper:1 && docker push --quiet ${registry()}/sleeper:1`);
  await machine.run(`docker logout ${registry()} && docker rmi ${registry()}/sleeper:1`);
});
afterAll(() => newcomer.destroy());

const plugin = usePlugin("docker", () => ({
  ...host.get().settings(),
  registryAuth: JSON.stringify([{ address: registry(), ...login }]),
}));

test("each node pulls a service's image with the stack's credentials, also one that joins later", async () => {
  await plugin.get().create(
    SERVICE,
    serviceInputs({
      service: { name: "pulled", mode: { global: true } },
      task: {},
      container: { image: `${registry()}/sleeper:1` },
    }),
  );
  const runs = async (machine: TestHost): Promise<boolean> =>
    (await machine.run("docker ps --quiet --filter label=com.docker.swarm.service.name=pulled")).stdout !== "";
  await waitFor("a task here", () => runs(host.get().machine), { timeoutMs: 60_000 });
  const token = await host.get().docker("swarm join-token --quiet worker");
  await newcomer.run(`docker swarm join --token ${token} ${host.get().machine.address}:2377`);
  const images = "docker image ls --quiet --filter reference='*/sleeper'";
  await waitFor("the newcomer to pull", async () => (await newcomer.run(images)).stdout !== "", { timeoutMs: 60_000 });
  await waitFor("a task there within 30 s of its having the image", () => runs(newcomer), { timeoutMs: 30_000 });
  const image = "service inspect --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' pulled";
  expect(await host.get().docker(image)).toContain(`${registry()}/sleeper:1@sha256:`);
});
