/** `make record`: records the run that README shows, on the sandbox, into docs/picture/run.txt. */
import { writeFileSync } from "node:fs";

import { ensureEngine, findTestHost } from "../../sandbox/host";
import { sandboxHost, sandboxOwner, sandboxStack } from "../sandbox/names";
import { runMain, UserError } from "../shared/errors";
import { logToStderr } from "../shared/progress";
import { run } from "../shared/run";
import { waitFor } from "../shared/wait";
import { resolveToolchain } from "../toolchain";
import { recordedRun } from "./files";

/** The container that the recorded run starts. */
const name = "cart";
const start = `docker run -d --name ${name} -e SERVICE=redis -e PROJECT=cart -e ENVIRONMENT=test redis`;
const status = `make status STACK=${sandboxStack}`;

async function main(): Promise<number> {
  const sandbox = await make("make sandbox");
  const report = sandbox.slice(sandbox.findIndex((line) => line.startsWith(`${sandboxHost}: `)));
  await ensureEngine(logToStderr);
  const host = await findTestHost(sandboxHost, sandboxOwner);
  if (host === undefined) throw new UserError("The sandbox has no host: run `make sandbox`.");

  // Debian's Redis under the name of the usual image, which not every machine can pull.
  const { services } = (await resolveToolchain({ parts: ["services-image"], log: logToStderr })).images;
  const image = `FROM ${services}\nEXPOSE 6379\nCMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"]\n`;
  await host.run("docker build --quiet --tag redis -", { input: image });
  await host.run(`docker rm --force ${name}`);
  try {
    const { stdout: id } = await host.run(start);
    const row = await waitFor(`${name} in \`make status\``, async () => {
      const found = await make(status);
      const first = found.findIndex((line) => line.includes(` ${name} `) && /[1-9]\d* runs/.test(line));
      return first < 0 ? undefined : found.slice(first, first + 2);
    });
    const lines = [
      "$ make sandbox",
      ...report.slice(0, report.indexOf("")),
      "",
      `${sandboxHost}$ ${start}`,
      id.trim(),
      "",
      `$ ${status} | grep --after-context 1 " ${name} "`,
      ...row,
    ];
    writeFileSync(recordedRun, `${lines.join("\n")}\n`);
  } finally {
    await host.run(`docker rm --force ${name}`);
  }
  return 0;
}

/** The output of a make target on the sandbox. */
async function make(command: string): Promise<string[]> {
  const env = {
    ...process.env,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: `.sandbox/stacks/${sandboxStack}/passphrase`,
  };
  const [program = "", ...args] = command.split(" ");
  const { stdout } = await run(program, ["--no-print-directory", ...args], {
    env,
    title: command,
    timeoutMs: 1_800_000,
  });
  return stdout.split("\n");
}

runMain(main);
