import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Contender, Scenario } from "../contender";
import { payloadRoot, type Payload } from "../payload";
import { pythonTool } from "../python-tools";
import { writeSshFiles, type SshFiles } from "../ssh-files";
import { payloadOf, type Versions } from "./by-hand";

/**
 * An Ansible playbook that does the same work, on all hosts at once. Its tasks are `raw`: hosts that run containers alone have
 * no Python, and the test hosts have none either. With Python on the hosts, Ansible's own modules take longer.
 */
export async function ansible(versions: Versions): Promise<Contender> {
  const tool = await pythonTool("ansible-core");
  let ssh: SshFiles | undefined;
  return {
    name: "Ansible",
    standIns: [],
    prepare: (targets) => {
      ssh = writeSshFiles(targets);
      const lines = targets.map(({ host }) => `${host.name} ansible_ssh_common_args="-F ${ssh?.config ?? ""}"`);
      writeFileSync(join(ssh.folder, "inventory"), `${lines.join("\n")}\n`);
      return Promise.resolve();
    },
    step: (scenario) => {
      // A dry run skips raw tasks.
      if (scenario === "preview, nothing to do" || ssh === undefined) return undefined;
      const { folder } = ssh;
      writeFileSync(join(folder, "playbook.yml"), JSON.stringify(playbook(payloadOf(versions, scenario), scenario)));
      return {
        command: ["python3", tool.program("ansible-playbook"), "--forks", "50", "-i", "inventory", "playbook.yml"],
        folder,
        environment: {
          ...tool.environment,
          ANSIBLE_HOME: folder,
          ANSIBLE_LOCALHOST_WARNING: "false",
          LC_ALL: "C.UTF-8",
        },
      };
    },
    close: () => {
      ssh?.remove();
      return Promise.resolve();
    },
  };
}

/** A playbook; JSON is YAML as well. */
function playbook({ folder, containers }: Payload, scenario: Scenario) {
  const archive = execFileSync("tar", ["--create", "--gzip", "--directory", folder, "."]).toString("base64");
  const unpack = `mkdir -p ${payloadRoot} && echo ${archive} | base64 -d | tar --extract --gzip --directory ${payloadRoot}`;
  const remove = `docker rm --force dd-agent datadog-gen; rm -rf ${payloadRoot}/config ${payloadRoot}/templates`;
  // Braces are Ansible's own.
  const raw = (command: string) => ({ "ansible.builtin.raw": `{% raw %}${command}{% endraw %}` });
  const tasks = scenario === "destroy" ? [raw(remove)] : [raw(unpack), raw(containers)];
  return [{ hosts: "all", gather_facts: false, tasks }];
}
