import type { TestHost } from "../../../sandbox/host";
import type { Stage } from "./stage";

/** The API key of the old agent; the new one has another. */
const oldApiKey = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

const generatorConfig = `[[config]]
template = "/etc/docker-gen/templates/redisdb.yaml.tmpl"
dest = "/etc/dd-agent/conf.d/redisdb.yaml"
watch = true
[config.NotifyContainers]
dd-agent = 1
`;

const redisTemplate = `init_config:

instances:
{{ range $key, $value := . }}
{{ $service := coalesce $value.Env.SERVICE "" }}
{{ if eq $service "redis" }}
  - host: {{ $value.IP }}
    port: 6379
    tags:
      - project:{{ $value.Env.PROJECT }}
      - environment:{{ $value.Env.ENVIRONMENT }}
{{ end }}
{{ end }}
`;

/** The images of 2016 by their names, on a host. */
export async function loadOldImages(stage: Stage, host: TestHost): Promise<void> {
  const { images } = stage.toolchain;
  await host.loadImage(images.agent5, { as: "datadog/docker-dd-agent:latest" });
  await host.loadImage(images.generator, { as: "jwilder/docker-gen:latest" });
}

/**
 * Starts agent and generator as they were run by hand in 2016: the same names, mounts, flags and files. Only its host name
 * and the intake's address are said to the agent besides, so that what it collects is seen.
 * @param generator the generator's name: `datadog-gen` or, as their repository has it, `dockgen-datadog`.
 */
export async function startOldContainers(stage: Stage, host: TestHost, generator: string): Promise<void> {
  const config = "/home/core/config/dockgen/datadog/docker-gen.cfg";
  const templates = "/home/core/templates/datadog";
  await host.run(
    `mkdir -p /opt/dd-agent-conf.d /tmp/datadog ${templates} $(dirname ${config})\n` +
      `cat >${config} <<'end of file'\n${generatorConfig}end of file\n` +
      `cat >${templates}/redisdb.yaml.tmpl <<'end of file'\n${redisTemplate}end of file\n`,
  );
  const agentFlags = [
    `--name dd-agent -h stage-agent -v /var/run/docker.sock:/var/run/docker.sock -v /proc/:/host/proc/:ro`,
    "-v /sys/fs/cgroup/:/host/sys/fs/cgroup:ro -v /opt/dd-agent-conf.d:/conf.d:ro -v /tmp/datadog/:/etc/dd-agent/conf.d",
    `-e API_KEY=${oldApiKey} -e SERVICE="datadog" -e DD_HOSTNAME=stage-agent -e DD_URL=${stage.intake.address}`,
  ].join(" ");
  const generatorFlags = [
    `--name ${generator} -v /var/run/docker.sock:/tmp/docker.sock:ro -v /tmp/datadog/:/etc/dd-agent/conf.d`,
    `-v ${templates}/:/etc/docker-gen/templates -v ${config}:/etc/docker-gen/config/docker-gen.cfg -t`,
  ].join(" ");
  await host.run(`docker run -d ${agentFlags} datadog/docker-dd-agent`);
  await host.run(
    `docker run -d ${generatorFlags} jwilder/docker-gen -notify-sighup dd-agent -config /etc/docker-gen/config/docker-gen.cfg`,
  );
}

/** Each container on a host, with its id, state and since when it has been so: what must be the same where nothing was touched. */
export async function containersOf(host: TestHost): Promise<string> {
  const format = "{{.Name}} {{.Id}} {{.Config.Image}} running:{{.State.Running}} {{.State.StartedAt}}";
  return (await host.run(`docker ps --all --quiet | xargs -r docker inspect --format '${format}' | sort`)).stdout;
}
