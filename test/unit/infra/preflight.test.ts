import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { preflightScript } from "../../../infra/fleet/preflight";
import { readSettings } from "../../../infra/settings/read";
import type { HostScript } from "../../../infra/shell";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";
import { type Outcome, runScript } from "./run-script";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "preflight-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the preflight on this machine, with a `docker` command that is defined by the cases in `docker`. */
function check(config: Record<string, unknown>, docker = "*) log ;;"): Outcome {
  const secrets = ["apiKey", "registries"];
  useStack({ stack: "shop-staging", config: { ...smallestConfig, root: `${folder}/datadog`, ...config }, secrets });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("the settings name no host");
  return runScript(preflightScript(host), docker);
}

test("a host that meets all requirements is not changed, and its engine is asked nothing twice", () => {
  const { docker, ...end } = check({}, "ps*) log; echo 0f ;;\n*) log ;;");
  expect(end).toMatchObject({ status: 0, stderr: "" });
  expect(docker).toEqual([...new Set(docker)]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test("a root that does not exist yet is accepted if the user may create it", () => {
  expect(check({ root: `${folder}/several/folders/datadog` })).toMatchObject({ status: 0, stderr: "" });
  expect(fs.readdirSync(folder)).toEqual([]);
});

describe("a disk", () => {
  /**
   * Runs the preflight with a `df` that prints these numbers (all, used, left) for kibibytes and for files; `only` limits it
   * to one path.
   */
  const withDf = (kibibytes: string, files: string, docker?: string, only = "*"): Outcome => {
    const programs = fs.mkdtempSync(path.join(os.tmpdir(), "df-"));
    const table = (numbers: string): string => `printf '%s\\n' 'Filesystem all used left' 'dev ${numbers} 1% /'`;
    const script = `#!/bin/sh\ncase "$1 $2" in "-Pk "${only}) ${table(kibibytes)} ;; "-Pi "${only}) ${table(files)} ;; esac\n`;
    fs.writeFileSync(path.join(programs, "df"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${programs}:${process.env["PATH"] ?? ""}`);
    try {
      return check({}, docker);
    } finally {
      vi.unstubAllEnvs();
      fs.rmSync(programs, { recursive: true });
    }
  };

  test.each([
    ["kibibytes", "9000 8000 1000", "9000 0 9000"],
    ["files", "9000 0 9000", "9000 9000 0"],
  ])("without %s left is reported before anything is written", (_, kibibytes, files) => {
    const { status, stderr } = withDf(kibibytes, files);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Host web-1 .* the disk with the folder .* is full\. Free space .* run again\.\n$/);
  });

  test("of the engine's counts as well", () => {
    const { stderr } = withDf(
      "9000 8000 1000",
      "9000 0 9000",
      '"info "*) echo "[name=seccomp,profile=default name=cgroupns] /engine" ;;',
      "/engine",
    );
    expect(stderr).toMatch(/ the disk with the Docker engine's files \(\/engine\) is full\./);
  });

  test("that does not count its files is not full", () => {
    expect(withDf("9000 0 9000", "0 0 0")).toMatchObject({ status: 0, stderr: "" });
    expect(withDf("- - -", "- - -")).toMatchObject({ status: 0, stderr: "" });
  });
});

test("a root below a file is refused", () => {
  fs.writeFileSync(path.join(folder, "file"), "");
  const { status, stderr } = check({ root: `${folder}/file/datadog` });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Host web-1 \(192\.0\.2\.10\): user core can't create the folder .*set another one as root/);
});

test("a root in a folder that the user can't write to is refused", () => {
  fs.chmodSync(folder, 0o555);
  // Root may write everywhere.
  const isRoot = process.getuid?.() === 0;
  const script: HostScript = {
    files: ["fail", "preflight"],
    values: { host: "web-1", address: "192.0.2.10" },
    calls: [["root_can_be_made", "core", `${folder}/datadog`]],
  };
  const nobody = ["setpriv", "--reuid=65534", "--clear-groups", "sh", "-s"] as const;
  const { status, stderr } = runScript(script, undefined, isRoot ? nobody : undefined);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^Host web-1 .* user core can't create the folder .*\. Give it to the user, or set another one/,
  );
});

test("an engine without root rights is refused, even if the system's engine has its socket", () => {
  const { status, stderr } = check({}, "info*) echo '[name=seccomp name=rootless] /home/core/.local' ;;\n*) ;;");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Host web-1 .*user core uses an engine without root rights .* system's engine .*\n$/);
});

test("an engine without its default bridge is refused, unless the agent is on the host's network", () => {
  const docker = "*'inspect'*' bridge') echo 'Error: No such network: bridge' >&2; exit 1 ;;\n*) ;;";
  const { status, stderr } = check({}, docker);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Host web-1 .*has no network bridge\. Remove bridge: none .* network: host .*\n$/);
  expect(check({ agent: { network: "host" } }, docker)).toMatchObject({ status: 0, stderr: "" });
});

test("an engine that does not answer is reported in one line", () => {
  const { status, stderr } = check({}, "version*) echo; echo 'Cannot connect to the engine' >&2; exit 1 ;;");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Host web-1 .*does not answer \(Cannot connect to the engine\)\. Start it .*\n$/);
});

describe("a docker command", () => {
  test.each([
    [
      "that is Podman's",
      "'version '*) echo 'nil pointer evaluating *define.Version.Version' >&2; exit 125 ;;\n--version) echo 'podman version 4.9.3' ;;",
      /the docker command there is Podman's, .*Install Docker/,
    ],
    [
      "that is too old for the engine",
      "'version '*) echo 'Error response from daemon: client version 1.41 is too old. Minimum supported API version is 1.44' >&2; exit 1 ;;",
      /don't fit together \(Error .*1\.44\)\. Install both in the same version, or remove DOCKER_API_VERSION/,
    ],
    [
      "of a user who may not use the engine",
      "'version '*) echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1 ;;",
      /user core may not use Docker\./,
    ],
    [
      "that can't read its own settings, beside an engine that has stopped",
      "'version '*) printf '%s\\n' 'WARNING: Error loading config file: open /home/core/.docker/config.json: permission denied' 'Cannot connect' >&2; exit 1 ;;",
      /does not answer \(Cannot connect\)/,
    ],
    [
      "of a context that is gone",
      `'version '*) echo 'Current context "x" is not found on the file system' >&2; exit 1 ;;`,
      /does not use this machine's engine \(Current .*\)\. Let it do so \(docker context use default/,
    ],
    [
      "of an engine elsewhere",
      "'version '*) echo 'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is it running?' >&2; exit 1 ;;",
      /does not use this machine's engine \(Cannot .*no DOCKER_HOST/,
    ],
    ["of Podman behind a socket", "'version '*) echo 4.3.1 ;;", /is Podman's/],
    ["of an old engine", "'version '*) echo 19.03.15 ;;", /is version 19\.03\.15, and at least 20\.10 is needed/],
  ])("%s is named", (_, docker, expected) => {
    const { status, stderr } = check({}, docker);
    expect(status).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^Host web-1 .* then run again\.\n$/);
  });

  test.each(["20.10.24+dfsg1", "26.1.5", "29.0.0", "dev"])("of engine %s is accepted", (version) => {
    expect(check({}, `'version '*) echo ${version} ;;`)).toMatchObject({ status: 0, stderr: "" });
  });
});

const missing = "image*) exit 1 ;;\npull*) echo 'Error: no such registry' >&2; exit 1 ;;";

test("an image that is neither there nor can be pulled is named with the engine's reason", () => {
  const { status, stderr } = check({ agent: { image: "registry.example/agent:7" } }, missing);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /the image registry\.example\/agent:7 is not available \(Error: no such registry\)\. Check that/,
  );
});

describe("a container that the engine would refuse", () => {
  const removal = (name: string): string => `rm --force --volumes ${name}.preflight`;
  const mounts = [{ source: '/srv/a,"b"', target: "/checks.d", readOnly: false }];

  test.each([
    [
      "since a mount's source is missing",
      "invalid mount config: bind source path does not exist: /srv/a",
      /Correct that on the host/,
    ],
    [
      "since its users are mapped",
      "cannot share the host PID namespace when user namespaces are enabled",
      /without userns-remap/,
    ],
  ])("is reported with the reason, and removed again: %s", (_, answer, remedy) => {
    const docker = `create*) log; echo 'Error response from daemon: ${answer}' >&2; exit 1 ;;\n*) log ;;`;
    const { status, stderr, docker: calls } = check({ agent: { mounts } }, docker);
    expect(status).toBe(1);
    expect(stderr).toContain(`the Docker engine refuses the container dd-agent as the stack file describes it (Error`);
    expect(stderr).toContain(answer);
    expect(stderr).toMatch(remedy);
    const [created = "", removed = ""] = calls.slice(-2);
    expect(created).toMatch(
      /^create --name dd-agent\.preflight --network none .* --pid host --cgroupns host --mount type=bind,/,
    );
    expect(created).toContain(`"source=/srv/a,""b""",target=/checks.d gcr.io/datadoghq/agent:`);
    for (const own of ["/var/run,target=/run/docker-engine", "/proc,target=/host/proc", "/sys/fs/cgroup,target="]) {
      expect(created).toContain(`--mount type=bind,source=${own}`);
    }
    expect(removed).toBe(removal("dd-agent"));
  });

  test.each([
    [
      "since it can't be started",
      1,
      "OCI runtime create failed: fork/exec /usr/bin/kata: no such file",
      /on the host or/,
    ],
    ["since its image is for other machines", 1, "exec /usr/bin/sh: exec format error", /another kind of processor/],
    [
      "since the engine is elsewhere",
      9,
      "",
      /the Docker engine's socket is not \/var\/run\/docker\.sock, .*let the engine/i,
    ],
    [
      "since its folder is closed to root",
      11,
      "",
      /a container can't enter the folder .*root_squash.*Set a root on a local disk/,
    ],
    [
      "since the engine has other files",
      10,
      "",
      /does not see this machine's folder .*another machine .*Let the docker command use this machine's engine, or set/,
    ],
  ])("is told before its predecessor stops: %s", (_, code, answer, remedy) => {
    const { status, stderr, docker } = check({}, `start*) log; echo '${answer}' >&2; exit ${code} ;;\n*) log ;;`);
    expect(status).toBe(1);
    expect(stderr).toContain(answer);
    expect(stderr).toMatch(remedy);
    expect(docker.at(-1)).toBe(removal("dd-agent"));
  });

  test("asks whether the engine has mounted this machine's own folder", () => {
    const created = check({}).docker.find((each) => each.startsWith("create --name dd-agent.preflight ")) ?? "";
    expect(created).toContain(`--mount type=bind,"source=${folder}",target=/run/datadog-hosts-folder,readonly`);
    const { dev, ino } = fs.statSync(folder);
    expect(created).toContain(`[ $seen = ${dev}:${ino} ] || exit 10`);
  });

  test("is started if the engine warns of its image's platform", () => {
    const warning = "WARNING: The requested image's platform (linux/arm64) does not match";
    const docker = `create*datadog-gen*) log; echo "${warning}" >&2 ;;\nstart*datadog-gen*) echo 'exec format error' >&2; exit 1 ;;\n*) ;;`;
    expect(check({}, docker).stderr).toMatch(/refuses the container datadog-gen .*\(exec format error\)/);
    expect(check({}, "start*datadog-gen*) exit 1 ;;\n*) ;;")).toMatchObject({ status: 0 });
  });

  test("is not tried if its image has to be pulled with credentials", () => {
    const registries = [{ address: "registry.example", username: "reader", password: "secret" }];
    const { status } = check({ registries }, "image*) exit 1 ;;\ncreate*) exit 1 ;;");
    expect(status).toBe(0);
  });

  test("takes the name from one that a run that was cut off has left", () => {
    const left = `create*datadog-gen*) log; [ -e "$HERE/removed" ] || { echo 'Conflict. The name is in use' >&2; exit 1; } ;;`;
    const { status, docker } = check({}, `${left}\n"${removal("datadog-gen")}") log; : >"$HERE/removed" ;;\n*) log ;;`);
    expect(status).toBe(0);
    expect(docker.at(-1)).toBe(removal("datadog-gen"));
  });

  test("is none if the engine accepts both, and nothing of them is left", () => {
    const { status, docker } = check({ generator: { mounts } });
    expect(status).toBe(0);
    const of = (command: string): string[] => docker.filter((each) => each.startsWith(`${command} `));
    expect(of("create").map((each) => each.split(" ")[2])).toEqual(["dd-agent.preflight", "datadog-gen.preflight"]);
    expect(of("rm")).toEqual(["dd-agent", "datadog-gen"].map(removal));
  });
});

test("an existing image is not pulled", () => {
  expect(check({}, "pull*) exit 1 ;;")).toMatchObject({ status: 0, stderr: "" });
});

test("if the settings have credentials for a registry, pulling is left to the provider", () => {
  const registries = [{ address: "registry.example", username: "reader", password: "secret" }];
  expect(check({ registries }, missing)).toMatchObject({ status: 0, stderr: "" });
});

test.each([
  ["a link", () => fs.symlinkSync("/etc/passwd", `${folder}/datadog/config/secrets/cart`)],
  ["a folder", () => fs.mkdirSync(`${folder}/datadog/config/secrets/cart`)],
])("%s among the password files is refused by its path", (_, make) => {
  fs.mkdirSync(`${folder}/datadog/config/secrets`, { recursive: true });
  fs.writeFileSync(`${folder}/datadog/config/secrets/plain`, "");
  make();
  const passwordFiles = [{ name: "cart", containers: ["cart-redis"], network: "bridge" }];
  const { status, stderr } = check({ passwordFiles });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Host web-1 .*datadog\/config\/secrets\/cart is not a regular file/);
});

test("regular password files are accepted", () => {
  fs.mkdirSync(`${folder}/datadog/config/secrets`, { recursive: true });
  fs.writeFileSync(`${folder}/datadog/config/secrets/cart`, "");
  const passwordFiles = [{ name: "cart", containers: ["cart-redis"], network: "bridge" }];
  expect(check({ passwordFiles })).toMatchObject({ status: 0, stderr: "" });
});

describe("a container of a renamed stack", () => {
  const inspected = "0f true /dd-agent image:1 stack=shop-stage host=web-1 []";
  const docker = `ps*) echo 0f ;;\ninspect*) echo '${inspected}' ;;`;

  test("is refused, with the setting that makes it this stack's", () => {
    const { status, stderr } = check({}, docker);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /the container dd-agent belongs to stack shop-stage, .*If this stack was called shop-stage before, add formerStackNames: \[shop-stage\] to it\. Otherwise remove the machine/,
    );
  });

  test("counts as this stack's once the former name is listed", () => {
    expect(check({ formerStackNames: ["shop-stage"] }, docker)).toMatchObject({ status: 0, stderr: "" });
  });
});

test.each([
  ["shop-swarm", / here, for stack shop-swarm, and two agents must not collect at once\. Remove the machine from/],
  ["", / here, and two agents must not collect at once\. Remove the machine from/],
])("a host on which its Swarm runs an agent already, of stack '%s', is refused", (stack, message) => {
  const task = "dd-agent.x1zznf4hqb4137h928n5oykyz.t3cfehxdk1d22srqblta180b1";
  const { status, stderr } = check({}, `"ps "*swarm*) printf '%s\n' '${task} ${stack}' 'dd-agent.2 b' ;;\n*) ;;`);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain("dd-agent.2");
});

describe("a network that containers can't join is refused", () => {
  /** A docker command that answers like this about networks. */
  const answering = (words: string, status = 0): string =>
    `network*backend) echo ${words} ${status === 0 ? "" : ">&2"}; exit ${status} ;;`;

  test.each<[string, string, RegExp]>([
    [
      "that is not there",
      answering("'Error: No such network: backend'", 1),
      /there is no Docker network backend\. Create/,
    ],
    ["that is not there, to a newer engine", answering("'network backend not found'", 1), /there is no Docker network/],
    [
      "whose name several have",
      answering("'network backend is ambiguous (2 matches found on name)'", 1),
      /backend can't be inspected \(network backend is ambiguous \(2 matches found on name\)\)\. Correct that/,
    ],
    [
      "that was found by its id",
      answering("'frontend local false -'"),
      /there is no Docker network named backend: it is the id, .* of the network frontend\. Write that name/,
    ],
    ["that takes services alone", answering("'backend swarm false -'"), /is open to swarm services only.*--attachable/],
    [
      "that holds settings alone",
      answering("'backend local false config-only'"),
      /only holds settings for other networks/,
    ],
    [
      "of the swarm's published ports",
      answering("'backend swarm false ingress'"),
      /the swarm uses it for published ports/,
    ],
  ])("%s", (_, docker, expected) => {
    const { status, stderr } = check({ networks: ["backend"] }, docker);
    expect(status).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/then run again\.\n$/);
  });

  test.each(["backend local false -", "backend swarm true -"])("but not one that they can join: %s", (words) => {
    expect(check({ networks: ["backend"] }, answering(`'${words}'`))).toMatchObject({ status: 0, stderr: "" });
  });
});
