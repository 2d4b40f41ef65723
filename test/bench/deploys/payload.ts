import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { selectIntegrations } from "../../../infra/integrations";
import { contentHash } from "../../../infra/names";
import {
  firstConfigs,
  generatorConfigFiles,
  generatorTemplateFiles,
  type GeneratorSettings,
} from "../../../infra/rendering";

/** What the other ways to deploy put onto a host: the files and containers that this program puts there. */
export interface Payload {
  /** A folder with `config`, `templates` and `generated/datadog`, rendered as this program renders them. */
  readonly folder: string;
  /** Shell commands that make sure of the files' owner and of the two containers; they change nothing that is right. */
  readonly containers: string;
  /** A `docker run` for each container, by its name. */
  readonly runLines: Readonly<Record<"dd-agent" | "datadog-gen", string>>;
  remove(): void;
}

/** What the containers are made of. */
export interface PayloadImages {
  readonly agent: string;
  readonly generator: string;
}

/** Where the files lie on a host. */
export const payloadRoot = "/home/core/compared";

/**
 * @param quiet the generator's wait before it renders: another value is a change of its files.
 * @param intake where the agent sends to.
 */
export function makePayload(images: PayloadImages, quiet: string, intake: string): Payload {
  const settings: GeneratorSettings = {
    project: "shop",
    environment: "staging",
    stackName: "compared",
    agentNetworks: ["bridge"],
    passwordFiles: [],
    discovery: "none",
    agent: { generation: 7 },
    generator: { wait: { quiet, longest: "2s" } },
  };
  const integrations = selectIntegrations(["docker", "redisdb", "nginx", "apache"], 7);
  const folders = {
    config: generatorConfigFiles(settings, integrations),
    templates: generatorTemplateFiles(settings, integrations),
    "generated/datadog": firstConfigs(settings, integrations),
  };
  const folder = mkdtempSync(join(tmpdir(), "payload-"));
  for (const [name, files] of Object.entries(folders)) {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), content);
    }
  }
  const files = contentHash({ ...folders.config, ...folders.templates });
  const runLines = {
    "dd-agent": [
      `docker run -d --name dd-agent --hostname $(hostname) --label compared=${images.agent} --restart unless-stopped`,
      "--pid host --cgroupns host -v /var/run:/host/var/run:ro -v /proc:/host/proc:ro -v /sys/fs/cgroup:/host/sys/fs/cgroup:ro",
      `-v ${payloadRoot}/generated/datadog/redisdb.d:/etc/datadog-agent/conf.d/redisdb.d:ro`,
      `-e DD_API_KEY=0123456789abcdef0123456789abcdef -e DD_DD_URL=${intake} ${images.agent}`,
    ].join(" "),
    "datadog-gen": [
      `docker run -d --name datadog-gen --label compared=${files} --restart unless-stopped`,
      "-v /var/run:/host/var/run:ro -e DOCKER_HOST=unix:///host/var/run/docker.sock",
      `-v ${payloadRoot}/config:/etc/docker-gen/config:ro -v ${payloadRoot}/templates:/etc/docker-gen/templates:ro`,
      `-v ${payloadRoot}/generated:/generated --tmpfs /var/lib/docker-gen:mode=0700 ${images.generator}`,
      "-config /etc/docker-gen/config/docker-gen.cfg",
    ].join(" "),
  } as const;
  const ensure = (name: keyof typeof runLines, label: string): string =>
    `if [ "$(docker inspect --format '{{.Config.Labels.compared}}' ${name} 2>/dev/null)" != ${label} ]; then ` +
    `docker rm --force ${name} >/dev/null 2>&1 || true; ${runLines[name]}; fi`;
  return {
    folder,
    containers: ["set -e", ensure("datadog-gen", files), ensure("dd-agent", images.agent)].join("; "),
    runLines,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
