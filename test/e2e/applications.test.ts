import { beforeAll, describe, expect, test } from "vitest";

import { waitFor } from "../../tools/shared/wait";
import { make } from "./support/make";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("applications", { "applications-1": {} });

/** What the intake keeps of applications. */
interface Recorded {
  readonly series: readonly { readonly metric: string; readonly tags: readonly string[] }[];
  readonly logs: readonly {
    readonly message: string;
    readonly source: string;
    readonly service: string;
    readonly tags: readonly string[];
  }[];
  readonly spans: readonly { readonly service: string; readonly name: string; readonly tags: readonly string[] }[];
  readonly processes: readonly { readonly container: string; readonly arguments: readonly string[] }[];
  readonly containers: readonly { readonly id: string; readonly tags: readonly string[] }[];
}

async function recorded(): Promise<Recorded> {
  return (await (await fetch(`${stage.intake.address}/recorded`)).json()) as Recorded;
}

/** Waits for something at the intake. */
async function arrived<Value>(what: string, pick: (all: Recorded) => Value | undefined | false): Promise<Value> {
  return waitFor(what, async () => pick(await recorded()), { timeoutMs: 90_000, intervalMs: 500 });
}

/**
 * An application: five times a second it writes a numbered line and sends a count over the socket, one over the network,
 * and a trace over its socket, in the clients' protocols. A new agent makes new sockets, so it connects each time.
 */
const application = String.raw`
use IO::Socket::UNIX; use IO::Socket::INET;
$| = 1;
my $trace = "\x91\x91\x82\xa7service\xa4cart\xa4name\xa3pay";
for (my $i = 1; ; $i++) {
  print "order $i\n";
  my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "/var/run/datadog/dsd.socket");
  $socket->send("cart.orders:1|c|#over:socket") if $socket;
  my $port = IO::Socket::INET->new(Proto => "udp", PeerAddr => "dd-agent", PeerPort => 8125);
  $port->send("cart.orders:1|c|#over:network") if $port;
  my $traces = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => "/var/run/datadog/apm.socket");
  if ($traces) {
    print $traces "POST /v0.4/traces HTTP/1.1\r\nHost: agent\r\nConnection: close\r\nContent-Length: " . length($trace) . "\r\n\r\n$trace";
    my @answer = <$traces>;
  }
  select(undef, undef, undef, 0.2);
}`;

const own = ["project:basket", "environment:test"];

describe("a host whose applications send logs, metrics and traces", () => {
  const deployment = (): ReturnType<typeof stage.deployment> => stacks[0] ?? fail();
  const stacks: ReturnType<typeof stage.deployment>[] = [];
  const fail = (): never => {
    throw new Error("the stack is not up");
  };

  beforeAll(async () => {
    const host = stage.host("applications-1");
    await host.run("docker network create backend");
    const stack = stage.deployment("staging");
    stacks.push(stack);
    await stack.configure(stageSettings(stage, [host], "staging"), apiKey);
    changeSettings(stack.stackFile, {
      links: ["backend"],
      integrations: ["redisdb"],
      logs: { all: true },
      dogstatsd: { socket: true, network: true, cardinality: "high" },
      apm: { socket: true },
      processes: { live: true },
    });
    await stack.make("up");
    const image = stage.toolchain.images.services;
    await host.loadImage(image);
    const mount = "--volume /home/core/datadog/generated/sockets:/var/run/datadog:ro";
    const said = "--env PROJECT=basket --env ENVIRONMENT=test";
    await host.run(`docker run -d --name cart --network backend ${said} ${mount} ${image} perl -e '${application}'`);
    const talk = "sh -c 'while true; do echo again; sleep 1; done'";
    await host.run(`docker run -d --name cache --env SERVICE=redis ${image} ${talk}`);
    await host.run(`docker run -d --name silent --env LOGS=false ${image} ${talk}`);
  });

  test("the lines of a container arrive with its own project, environment and name", async () => {
    const line = await arrived("a line of cart", ({ logs }) => logs.find(({ message }) => message === "order 1"));
    expect(line.tags).toEqual(
      expect.arrayContaining([...own, "container_name:cart", "stack:sandbox-applications-staging"]),
    );
  });

  test("those of a container that declares only its service have the service's source and the stack's tags", async () => {
    const line = await arrived("a line of cache", ({ logs }) =>
      logs.find(({ message, source }) => message === "again" && source === "redis"),
    );
    expect(line.service).toBe("redis");
    expect(line.tags).toEqual(expect.arrayContaining(["project:shop", "environment:staging", "container_name:cache"]));
  });

  test("a metric over the socket has the tags of the container that sends it, one over the network the host's", async () => {
    const metric = (over: string) =>
      arrived(`a metric over the ${over}`, ({ series }) =>
        series.find(({ metric, tags }) => metric === "cart.orders" && tags.includes(`over:${over}`)),
      );
    const stack = "stack:sandbox-applications-staging";
    expect((await metric("socket")).tags).toEqual(expect.arrayContaining([...own, "container_name:cart", stack]));
    const { tags } = await metric("network");
    expect(tags).toContain(stack);
    expect(tags).not.toContain("container_name:cart");
  });

  test("a trace has the tags of the container that sends it", async () => {
    const span = await arrived("a trace", ({ spans }) =>
      spans.find(({ service, name }) => service === "cart" && name === "pay"),
    );
    expect(span.tags).toEqual(expect.arrayContaining([...own, "container_name:cart"]));
  });

  test("the host's processes come without their arguments, and its containers with their tags", async () => {
    const id = (await stage.host("applications-1").run("docker inspect --format '{{.Id}}' cart")).stdout.trim();
    const found = await arrived("cart's process", ({ processes }) =>
      processes.find(({ container }) => container === id),
    );
    expect(found.arguments).toEqual(["perl"]);
    const listed = await arrived("cart itself", ({ containers }) => containers.find((one) => one.id === id));
    expect(listed.tags).toEqual(expect.arrayContaining([...own, "container_name:cart"]));
  });

  test("a new agent, which reaches the engine through a filter, goes on where the old one stopped: no line is lost, and none comes twice", async () => {
    const before = (await recorded()).logs.filter(({ message }) => message.startsWith("order ")).length;
    const agent = async (): Promise<string> =>
      (await stage.host("applications-1").run("docker inspect --format '{{.Id}}' dd-agent")).stdout.trim();
    const old = await agent();
    changeSettings(deployment().stackFile, { socketFilter: { image: stage.toolchain.images.services } });
    const { status, output } = await make(deployment(), ["up", `STACK=${deployment().stack}`]);
    expect(status, output).toBe(0);
    expect(await agent()).not.toBe(old);
    expect(
      (await stage.host("applications-1").run("stat -c %a /home/core/datadog/generated/sockets")).stdout.trim(),
    ).toBe("755");
    const replaced = Date.now();
    const last = (await stage.host("applications-1").run("docker logs --tail 1 cart")).stdout.trim();
    const messages = await arrived(`${last}, which was written after the new agent came`, ({ logs }) => {
      const found = logs.map(({ message }) => message).filter((message) => message.startsWith("order "));
      return found.includes(last) && found;
    });
    expect(Date.now()).toBeGreaterThan(replaced);
    expect(messages.length).toBeGreaterThan(before);
    expect(messages).toEqual(messages.map((_, index) => `order ${index + 1}`));
  });

  test("applications reach the new agent's sockets without a restart", async () => {
    const since = Date.now();
    const later = async (): Promise<Recorded> =>
      (await (await fetch(`${stage.intake.address}/recorded?since=${since}`)).json()) as Recorded;
    await waitFor(
      "a metric and a trace after the replacement",
      async () => {
        const { series, spans } = await later();
        return series.some(({ tags }) => tags.includes("over:socket")) && spans.length > 0;
      },
      { timeoutMs: 60_000, intervalMs: 500 },
    );
  });

  test("new containers are seen through the filter, also by a filter that was killed", async () => {
    const host = stage.host("applications-1");
    for (const name of ["dd-agent", "datadog-gen"]) {
      const { stdout } = await host.run(
        `docker inspect --format '{{range .Mounts}}{{println .Source}}{{end}}' ${name}`,
      );
      expect(stdout.split("\n")).toContain("/home/core/datadog/generated/engine");
      expect(stdout).not.toMatch(/^(\/var)?\/run$/m);
    }
    await host.run("docker kill datadog-filter && docker start datadog-filter");
    const { services } = stage.toolchain.images;
    await host.run(
      `docker run -d --name later --env PROJECT=late ${services} sh -c 'while true; do echo late; sleep 1; done'`,
    );
    const line = await arrived("a line of later", ({ logs }) => logs.find(({ message }) => message === "late"));
    expect(line.tags).toEqual(expect.arrayContaining(["project:late", "container_name:later"]));
    const { output } = await make(deployment(), ["status", `STACK=${deployment().stack}`]);
    expect(output).not.toMatch(/datadog-filter|unhealthy|Drift:/);
  });

  test("nothing is collected of the container that does not want it, nor of this program's", async () => {
    const { logs } = await recorded();
    const names = new Set(logs.flatMap(({ tags }) => tags.filter((tag) => tag.startsWith("container_name:"))));
    expect([...names].sort()).toEqual(["container_name:cache", "container_name:cart", "container_name:later"]);
  });

  test("drift finds nothing, and destroy leaves neither the filter nor sockets nor positions", async () => {
    const drift = await make(deployment(), ["drift", `STACK=${deployment().stack}`]);
    expect(drift.status, drift.output).toBe(0);
    const { status, output } = await make(deployment(), ["destroy", `STACK=${deployment().stack}`]);
    expect(status, output).toBe(0);
    const host = stage.host("applications-1");
    const left = await host.run("find /home/core -name '*.socket' -o -name '*.sock' -o -name registry.json");
    expect(left.stdout).toBe("");
    const containers = await host.run("docker ps --all --quiet --filter label=datadog-hosts.role");
    expect(containers.stdout).toBe("");
  });
});
