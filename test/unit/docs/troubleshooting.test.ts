import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { steadyScript } from "../../../infra/container";
import { preflightScript } from "../../../infra/fleet/preflight";
import { readSettings } from "../../../infra/settings/read";
import { requirePassphrase } from "../../../tools/deploy/environment";
import { describeFailures } from "../../../tools/deploy/failures";
import { describeLocks } from "../../../tools/deploy/locks";
import { describeSharedSettings } from "../../../tools/deploy/shared-settings";
import type { ExpectedHost } from "../../../tools/look/expected";
import type { Facts } from "../../../tools/look/facts";
import { heldByApplications } from "../../../tools/look/mount-findings";
import { UserError } from "../../../tools/shared/errors";
import { engineStartRemarks } from "../../../tools/status/engine-start";
import { removedPages } from "../../../tools/status/removed-pages";
import { reportHost } from "../../../tools/status/report";
import { serviceLabelRemarks } from "../../../tools/status/swarm";
import { choose, type Sources } from "../../../tools/toolchain/choose";
import { noEngine } from "../../../sandbox/host/engine";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "../infra/fixtures";
import { runScript } from "../infra/run-script";
import { hooksOf } from "../rollout/hooks-of";
import { containerId, hostAnswers, ownContainers, type ToldContainer } from "../status/host-answers";
import { expectQuoted, renderedSymptoms, symptoms } from "./symptoms";

/** What the program prints for each symptom of the page. */
const printed: Readonly<Record<string, () => string | Promise<string>>> = {
  "It shares no network with the agent": () =>
    status({ variables: ["SERVICE=redis"], networks: { other: ["172.19.0.5"] } }),
  "Its service is unknown": () => status({ variables: ["SERVICE=rediss"] }),
  "Its service is not in the stack's list": () => status({ variables: ["SERVICE=redis"] }, ["docker"]),
  "It does not ask to be monitored": () => status({ image: "redis:7" }),
  "A label or a variable has no effect": () =>
    status({ variables: ["SERVICE=redis", "VIRT_PORT=1"], labels: { "datadog-hosts.prot": "1" } }),
  "A service's labels reach no container": () =>
    serviceLabelRemarks('["cart",{"datadog-hosts.service":"redis"},[]]').join("\n"),
  "A web server answers 403 or 404 to the agent": () =>
    removedPages("nginx/web/web.conf nginx has not opened port 8081").join("\n"),
  "A web server still mounts a removed folder": removedFolder,
  "Everything on a host has stopped": () => status({}, [], { state: "exited", exitCode: 1 }),
  "Nothing is collected after a reboot": () =>
    engineStartRemarks("RequiredBy=\nWantedBy=\nTriggeredBy=docker.socket").join("\n"),
  "The agent is out of memory": () => status({}, [], { outOfMemory: true }),
  "The host does not answer": () =>
    failed(
      "dial tcp 192.0.2.1:22: connect: connection refused",
      "dial tcp 192.0.2.1:22: i/o timeout",
      "dial tcp: lookup web.example: no such host",
    ),
  "The host's key differs": () => failed("ssh: handshake failed: ssh: host key mismatch"),
  "None of the keys is accepted": () => failed("ssh: unable to authenticate, attempted methods [none publickey]"),
  "The host asks for more than a key": () =>
    failed(
      'Authenticated using "publickey" with partial success.',
      "core@192.0.2.1: Permission denied (password).",
      "HTTP/1.1 400 Bad Request",
    ),
  "The login shell prints something": () => failed("Parse Error: Expected HTTP/"),
  "The user may not use Docker, or there is no engine": () =>
    [
      preflight("version*) echo 'permission denied' >&2; exit 1 ;;"),
      preflight("version*) echo 'no answer' >&2; exit 1 ;;"),
      preflight(undefined),
    ].join("\n"),
  "Another agent is on the host": () =>
    preflight(`'ps '*) echo 0f ;;\n"inspect "*) echo '0f true /dd-agent datadog/agent:7 stack= host= []' ;;\n*) ;;`),
  "The host belongs to another stack": () =>
    preflight(
      `'ps '*) echo 0f ;;\n"inspect "*) echo '0f true /dd-agent datadog/agent:7 stack=shop-stage host=web-1 []' ;;\n*) ;;`,
    ),
  "A network is missing": () =>
    preflight(`"network inspect"*) echo 'Error: No such network: backend' >&2; exit 1 ;;\n*) ;;`, ["backend"]),
  "An image can't be pulled": () =>
    preflight("image*) exit 1 ;;\npull*) echo 'no such registry' >&2; exit 1 ;;\n*) ;;"),
  "New containers keep restarting": () =>
    runScript(
      steadyScript(
        { name: "web-1", address: "192.0.2.10" },
        { ids: { agent: "aa", generator: "bb" }, published: "/p" },
      ),
      `*Status*) echo "aa restarting 4 2026-01-01T00:00:00Z" ;;\n*Name*) echo /dd-agent ;;\nlogs*) echo 'no API key' ;;`,
    ).stderr,
  "A host goes back to its old containers": wentBack,
  "The stack is locked": () =>
    describeLocks(
      "shop-staging",
      [{ user: "me", machine: "laptop", process: 7, since: "2026-01-01T00:00:00Z", place: "" }],
      {
        machine: "runner",
        isRunning: () => false,
        exists: () => true,
      },
    ),
  "The passphrase is missing": () => thrownBy(() => requirePassphrase({}, false)),
  "A vendor's program can't be downloaded": notDownloaded,
  "A stack gets settings that its file does not have": sharedSettings,
  "No Docker engine": () => noEngine("this is no Debian").message,
};

/** Symptoms without a message: what the page says instead is no quote. */
const silentSymptoms = ["It is only counted", "Its row has an error"];

describe.each(symptoms.filter(({ symptom }) => !renderedSymptoms.includes(symptom)))("$symptom", (one) => {
  test("is printed as the page quotes it", async () => {
    if (silentSymptoms.includes(one.symptom)) expect(one.quotes).toEqual([]);
    else expectQuoted(one.symptom, (await printed[one.symptom]?.()) ?? "");
  });
});

test("every symptom that the code can show is on the page", () => {
  const all = [...Object.keys(printed), ...renderedSymptoms, ...silentSymptoms];
  expect(symptoms.map(({ symptom }) => symptom).sort()).toEqual(all.sort());
});

/** What `make status` says of a container, and of an agent in this state. */
function status(container: Partial<ToldContainer>, integrations = ["docker", "redisdb"], agent = {}): string {
  const [dd, generator] = ownContainers as [ToldContainer, ToldContainer];
  const cart = { id: containerId(1), name: "cart", networks: { bridge: ["172.17.0.5"] }, ...container };
  const answers = hostAnswers(7, {
    containers: [{ ...dd, networks: { bridge: ["172.17.0.2"] }, ...agent }, generator, cart],
    agent: { "agent-status": "{}", "agent-configcheck": "=== docker check ===\n===\n" },
  });
  return JSON.stringify(reportHost("web-1", { ...answers, integrations, root: "/home/core/datadog" })).replaceAll(
    '\\"',
    '"',
  );
}

/** The end of a run in which hosts failed with these messages of a provider. */
function failed(...messages: readonly string[]): string {
  const failures = messages.map((message, index) => ({
    host: `web-${index}`,
    resource: `web-${index}-preflight`,
    message,
    removal: false,
  }));
  return describeFailures(failures, "shop-staging");
}

/** What a host's preflight prints, with a `docker` that answers like this; undefined: with none. */
function preflight(docker: string | undefined, networks: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "troubleshooting-"));
  try {
    const config = { ...smallestConfig, networks, root: join(folder, "datadog") };
    useStack({ stack: "shop-staging", config, secrets: ["apiKey"] });
    const [host] = readSettings().hosts;
    if (host === undefined) throw new Error("the settings name no host");
    if (docker !== undefined) return runScript(preflightScript(host), docker).stderr;
    return runScript(preflightScript(host), "", ["/usr/bin/env", `PATH=${folder}`, "/bin/sh", "-s"]).stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sharedSettings(): string {
  const folder = mkdtempSync(join(tmpdir(), "troubleshooting-"));
  try {
    writeFileSync(join(folder, "Pulumi.shop-new.yaml"), "config:\n  datadog-hosts:project: shop\n");
    writeFileSync(join(folder, "shop.yaml"), "config:\n  datadog-hosts:tags: [team:shop]\n");
    return describeSharedSettings(folder, "shop-new")?.replace(folder, "stacks") ?? "";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What somebody is told whose host has lost something by a change. */
async function wentBack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "troubleshooting-"));
  writeFileSync(join(folder, "ssh"), "#!/bin/sh\ncat >/dev/null\n", { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  const containers = { agent: ["a".repeat(64)], generator: ["b".repeat(64)] };
  const { replaceContainer, complete, server } = await hooksOf(({ phase }) =>
    phase === "prove" ? { problem: "redisdb lost team:a" } : { containers },
  );
  try {
    await replaceContainer();
    return await messageOf(complete());
  } finally {
    server.close();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
}

/** What somebody is told who may use the vendor's programs alone, and can't reach the vendor. */
async function notDownloaded(): Promise<string> {
  const nowhere: Sources = {
    find: () => Promise.resolve(undefined),
    download: () => Promise.reject(new UserError("no such host")),
    make: () => Promise.reject(new Error("it is not to be made")),
    made: "stand-in",
    vendorAddress: "https://vendor.example",
  };
  return messageOf(choose("docker-plugin", "vendor", nowhere, () => undefined));
}

/** What `make drift` says of an application that still has a removed folder. */
function removedFolder(): string {
  const mount = { source: "/home/core/datadog/generated/nginx/web", target: "/etc/nginx/conf.d" };
  const mounted = [{ ...mount, container: containerId(1), inside: "1", outside: "2" }];
  const findings = heldByApplications(
    { containers: [] } as unknown as ExpectedHost,
    { mounted, containers: [] } as unknown as Facts,
  );
  return findings.map(({ text }) => text).join("\n");
}

/** The message of a rejection. */
async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
