import type { TestHost } from "../../sandbox/host";

/** The container in which docker-gen runs with the configuration of 2016. */
export const comparedGenerator = "compared-gen";

/** What it writes for Redis, on the host. */
export const comparedFile = "/home/core/compared-gen/generated/redisdb.yaml";

const folder = "/home/core/compared-gen";

/** One block for each integration, each of which renders all containers at each event and tells the agent. */
const services = ["docker_daemon", "nginx", "redisdb", "apache"] as const;

const block = (name: string): string => `[[config]]
template = "/etc/docker-gen/templates/${name}.yaml.tmpl"
dest = "/generated/${name}.yaml"
watch = true
[config.NotifyContainers]
compared-agent = 1
`;

const template = (service: string, port: number): string => `init_config:

instances:
{{ range $key, $value := . }}
{{ $service := coalesce $value.Env.SERVICE "" }}
{{ if eq $service "${service}" }}
  - host: {{ $value.IP }}
    port: ${port}
    tags:
      - project:{{ $value.Env.PROJECT }}
      - environment:{{ $value.Env.ENVIRONMENT }}
{{ end }}
{{ end }}
`;

/**
 * Starts docker-gen on a host with the configuration of 2016, as migration.md describes it. It notifies a container that does
 * not exist, so that the agent of this program is left alone.
 */
export async function startComparedGenerator(host: TestHost, image: string): Promise<void> {
  const files = {
    "config/docker-gen.cfg": services.map(block).join("\n"),
    "templates/docker_daemon.yaml.tmpl": "init_config:\n\ninstances:\n  - url: unix://var/run/docker.sock\n",
    "templates/nginx.yaml.tmpl": template("nginx", 80),
    "templates/redisdb.yaml.tmpl": template("redis", 6379),
    "templates/apache.yaml.tmpl": template("apache", 80),
  };
  const writes = Object.entries(files).map(
    ([file, text]) => `cat >${folder}/${file} <<'end of file'\n${text}end of file`,
  );
  await host.run([`mkdir -p ${folder}/config ${folder}/templates ${folder}/generated`, ...writes].join("\n"));
  await host.run(
    `docker run --detach --name ${comparedGenerator} --volume /var/run/docker.sock:/tmp/docker.sock:ro` +
      ` --env DOCKER_HOST=unix:///tmp/docker.sock --volume ${folder}/generated:/generated --volume ${folder}/config:/etc/docker-gen/config:ro` +
      ` --volume ${folder}/templates:/etc/docker-gen/templates:ro ${image} -config /etc/docker-gen/config/docker-gen.cfg`,
  );
}
