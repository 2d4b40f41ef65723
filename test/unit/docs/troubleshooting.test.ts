import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { steadyScript } from "../../../infra/container";
import { preflightScript } from "../../../infra/fleet/preflight";
import { readSettings } from "../../../infra/settings/read";
import { requirePassphrase } from "../../../tools/deploy/environment";
import { describeFailures } from "../../../tools/deploy/failures";
import { describeLocks } from "../../../tools/deploy/locks";
import { describeSharedSettings } from "../../../tools/deploy/shared-settings";
import { removedPages } from "../../../tools/status/removed-pages";
import { reportHost } from "../../../tools/status/report";
import { serviceLabelRemarks } from "../../../tools/status/swarm";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "../infra/fixtures";
import { runScript } from "../infra/run-script";
import { containerId, hostAnswers, ownContainers, type ToldContainer } from "../status/host-answers";

/** What the program prints for each symptom of the page, by the code that prints it. */
const printed: Readonly<Record<string, () => string>> = {
  "It shares no network with the agent": () =>
    status({ variables: ["SERVICE=redis"], networks: { other: ["172.19.0.5"] } }),
  "Its service is unknown": () => status({ variables: ["SERVICE=rediss"] }),
  "Its service is not in the stack's list": () => status({ variables: ["SERVICE=redis"] }, ["docker"]),
  "It does not ask to be monitored": () => status({ image: "redis:7" }),
  "A value is not used": rules,
  "A label or a variable has no effect": () =>
    status({ variables: ["SERVICE=redis", "VIRT_PORT=1"], labels: { "datadog-hosts.prot": "1" } }),
  "A service's labels reach no container": () =>
    serviceLabelRemarks('["cart",{"datadog-hosts.service":"redis"},[]]').join("\n"),
  "A web server answers 403 or 404 to the agent": () =>
    removedPages("nginx/web/web.conf nginx has not opened port 8081").join("\n"),
  "A web server still mounts a removed folder": () => source("tools/look/mount-findings.ts"),
  "Everything on a host has stopped": () => status({}, [], { state: "exited", exitCode: 1 }),
  "The agent is out of memory": () => status({}, [], { outOfMemory: true }),
  "Series have two values of a tag": rules,
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
      source("templates/host/preflight.sh"),
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
  "A host goes back to its old containers": () =>
    source("infra/fleet/proof.ts").replaceAll("${names}", "dd-agent and datadog-gen"),
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
  "A vendor's program can't be downloaded": () =>
    source("tools/toolchain/choose.ts").replaceAll("${part}", "docker-plugin"),
  "A stack gets settings that its file does not have": sharedSettings,
  "No Docker engine": () => source("sandbox/host/engine.ts"),
};

/** Symptoms without a message: what the page says instead is no quote. */
const silentSymptoms = ["It is only counted", "Its row has an error"];

const page = readFileSync("docs/troubleshooting.md", "utf8");

/** The page's symptoms, each with the messages that it quotes. */
const symptoms = page
  .split(/^### /m)
  .slice(1)
  .map((text) => ({
    symptom: text.split("\n")[0] ?? "",
    quotes: [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, quote = ""]) => quote.trim().split("\n")),
  }));

describe.each(symptoms)("$symptom", ({ symptom, quotes }) => {
  test("is printed as the page quotes it", () => {
    if (silentSymptoms.includes(symptom)) {
      expect(quotes).toEqual([]);
      return;
    }
    const text = printed[symptom]?.() ?? "";
    for (const quote of quotes) expect(text).toMatch(patternOf(quote));
    expect(quotes).not.toEqual([]);
  });
});

test("every symptom that the code can show is on the page", () => {
  expect(symptoms.map(({ symptom }) => symptom).sort()).toEqual([...Object.keys(printed), ...silentSymptoms].sort());
});

/** A quote as a pattern: `…` stands for anything within a line. */
function patternOf(quote: string): RegExp {
  const parts = quote.split(/ ?… ?/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".*"));
}

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

/** What a host's preflight prints, with a `docker` that answers like this. */
function preflight(docker: string, networks: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "troubleshooting-"));
  try {
    const config = { ...smallestConfig, networks, root: join(folder, "datadog") };
    useStack({ stack: "shop-staging", config, secrets: ["apiKey"] });
    const [host] = readSettings().hosts;
    if (host === undefined) throw new Error("the settings name no host");
    return runScript(preflightScript(host), docker).stderr;
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

/** The generator's rules, which only docker-gen renders; `test/templates` does. */
function rules(): string {
  const files = ["hints", "logins", "services", "tags", "checks"].map((name) =>
    source(`templates/generator/${name}.tmpl`),
  );
  return files.join("\n").replaceAll(/\s*\{\{.*?\}\}\s*/g, " x ");
}

/** The text of a source, for messages that need a machine without the thing to be printed. */
function source(file: string): string {
  return readFileSync(file, "utf8");
}

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
