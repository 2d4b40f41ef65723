import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { readSettings, type HostSettings } from "../../../infra/settings";
import { renderHosts } from "../../../tools/render";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "../infra/fixtures";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "render-hosts-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Hosts of a stack whose passwords lie in a file, reached by an `ssh` that is this shell text. */
function hostsWith(ssh: string, names: readonly string[] = ["web-1"]): readonly HostSettings[] {
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\n${ssh}\n`);
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  const [first] = smallestConfig.hosts;
  const hosts = names.map((name, index) => ({
    name,
    address: `192.0.2.${index + 1}`,
    hostKey: first.hostKey.replace(/.$/, "KLMN".charAt(index)),
  }));
  const passwordFiles = [{ name: "cart", containers: ["cart"], network: "bridge" }];
  useStack({ stack: "store-staging", config: { ...smallestConfig, hosts, passwordFiles } });
  return readSettings().hosts;
}

const render = async (hosts: readonly HostSettings[]): Promise<readonly [boolean, string][]> =>
  (await renderHosts(hosts, { program: "docker-gen" })).map(({ reached, problem }) => [reached, problem]);

/** What a host answers: the script's lines, and `mark` as its first word. */
const script = `mark=; while read -r line; do case $line in *' engine-gone'*) mark=\${line#*echo \\"}; mark=\${mark%% *};; esac; [ "$line" = 'exec cat >/dev/null' ] && break; done`;

test("hosts that can't be reached each have a line with the reason, in their order", async () => {
  const hosts = hostsWith(
    `case $* in *192.0.2.1*) echo 'ssh: connect to host 192.0.2.1 port 22: Connection refused' >&2; exit 255;; esac
     echo 'This account is closed.' >&2; exit 1`,
    ["web-1", "web-2"],
  );
  expect(await render(hosts)).toEqual([
    [false, expect.stringMatching(/^nothing listens at the host's address and port \(ssh: .*then run again\.$/)],
    [false, "can't be asked (ssh ended with 1): This account is closed."],
  ]);
});

test.each([
  ["without an engine", "engine-gone", "its Docker engine does not run"],
  ["whose user may not use the engine", "engine-closed", "user core may not use its Docker engine"],
])("a host %s is told with what to do", async (_, word, reason) => {
  const hosts = hostsWith(`${script}; echo "$mark ${word}"; echo "$mark done"; cat >/dev/null`);
  expect(await render(hosts)).toEqual([
    [false, expect.stringMatching(new RegExp(`^can't be rendered: ${reason}.*run again`))],
  ]);
});

test("a connection that ends too soon does not show the host's output", async () => {
  const hosts = hostsWith(`${script}; echo "$mark password cart c2VjcmV0LXNlY3JldA=="; exit 3`);
  const [[reached, problem] = [true, ""]] = await render(hosts);
  expect(reached).toBe(false);
  expect(problem).not.toMatch(/c2VjcmV0|secret-secret|password/);
});

test("an sshd that does not forward sockets is reported with the setting that allows it", async () => {
  const hosts = hostsWith(
    `${script}; echo "$mark done"; echo 'channel 2: open failed: administratively prohibited: open failed' >&2; cat >/dev/null`,
  );
  expect(await render(hosts)).toEqual([[false, expect.stringContaining("Set AllowStreamLocalForwarding yes")]]);
});
