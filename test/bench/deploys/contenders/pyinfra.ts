import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Contender, Scenario } from "../contender";
import { payloadRoot, type Payload } from "../payload";
import { pythonTool } from "../python-tools";
import { writeSshFiles, type SshFiles } from "../ssh-files";
import { payloadOf, type Versions } from "./by-hand";

/** A pyinfra deploy that does the same work, on all hosts at once. */
export async function pyinfra(versions: Versions): Promise<Contender> {
  const tool = await pythonTool("pyinfra");
  let ssh: SshFiles | undefined;
  return {
    name: "pyinfra",
    standIns: [],
    prepare: (targets) => {
      ssh = writeSshFiles(targets);
      const hosts = targets.map(({ host, address, port }) => [
        host.name,
        { ssh_hostname: address, ssh_port: port, ssh_user: host.user, ssh_key: host.privateKeyFile },
      ]);
      const settings = { ssh_known_hosts_file: ssh.knownHosts, ssh_strict_host_key_checking: "yes" };
      writeFileSync(
        join(ssh.folder, "inventory.py"),
        `import json\nhosts = ([tuple(host) for host in json.loads(${JSON.stringify(JSON.stringify(hosts))})], json.loads(${JSON.stringify(JSON.stringify(settings))}))\n`,
      );
      return Promise.resolve();
    },
    step: (scenario) => {
      if (ssh === undefined) return undefined;
      const { folder } = ssh;
      writeFileSync(join(folder, "deploy.py"), deployFile(payloadOf(versions, scenario), scenario));
      const dry = scenario === "preview, nothing to do" ? ["--dry"] : ["--yes"];
      return {
        command: ["python3", tool.program("pyinfra"), ...dry, "inventory.py", "deploy.py"],
        folder,
        environment: tool.environment,
      };
    },
    close: () => {
      ssh?.remove();
      return Promise.resolve();
    },
  };
}

function deployFile({ folder, containers }: Payload, scenario: Scenario): string {
  const text = (value: string): string => JSON.stringify(value);
  const head = "from pyinfra.operations import files, server";
  if (scenario === "destroy") {
    const remove = `docker rm --force dd-agent datadog-gen; rm -rf ${payloadRoot}/config ${payloadRoot}/templates`;
    return `${head}\n\nserver.shell(commands=[${text(remove)}])\n`;
  }
  return [
    head,
    "",
    `for name in ("config", "templates"):`,
    `    files.sync(src=${text(folder)} + "/" + name, dest=${text(payloadRoot)} + "/" + name, delete=True)`,
    `files.directory(path=${text(`${payloadRoot}/generated/datadog/redisdb.d`)})`,
    `server.shell(commands=[${text(containers)}])`,
    "",
  ].join("\n");
}
