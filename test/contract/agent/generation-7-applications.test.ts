import { describe, it } from "vitest";
import { applicationPaths } from "../../../infra/generations";
import type { Agent, AgentOptions } from "./agent";
import { type Service, useLab } from "./lab";
import type { Series, Span } from "./record";

const lab = useLab("7");

/** Where applications find the folder of sockets that the agent has. */
const sockets = "/var/run/datadog";

/** The options of an agent that takes metrics and traces as the product lets it; its sockets are in a folder. */
function taking(folder: string, env: Record<string, string> = {}): AgentOptions {
  return {
    engine: true,
    env: {
      DD_USE_DOGSTATSD: "true",
      DD_DOGSTATSD_PORT: "8125",
      DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "true",
      DD_DOGSTATSD_TAG_CARDINALITY: "high",
      DD_DOGSTATSD_SOCKET: `${applicationPaths.sockets}/dsd.socket`,
      DD_DOGSTATSD_ORIGIN_DETECTION: "true",
      DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "true",
      DD_APM_ENABLED: "true",
      DD_APM_RECEIVER_PORT: "8126",
      DD_APM_NON_LOCAL_TRAFFIC: "true",
      DD_APM_RECEIVER_SOCKET: `${applicationPaths.sockets}/apm.socket`,
      DD_APM_DD_URL: lab().record.address,
      DD_CONTAINER_ENV_AS_TAGS: '{"PROJECT":"project"}',
      ...env,
    },
    writable: { [applicationPaths.sockets]: folder },
  };
}

/**
 * Starts an application that sends again and again: `$SOCKET_METRIC` at the agent's socket, `$PORT_METRIC` at its UDP port,
 * and a trace of `$TRACE_SERVICE`, with the header `$TRACE_HEADER`, at the agent's socket if `$TRACE_TO` is `socket`, else at
 * its TCP port.
 */
async function application(name: string, folder: string, agent: Agent, env: Record<string, string>): Promise<Service> {
  const script = String.raw`
    use IO::Socket::UNIX; use IO::Socket::INET;
    while (1) {
      if ($ENV{SOCKET_METRIC}) {
        my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "${sockets}/dsd.socket");
        $socket->send($ENV{SOCKET_METRIC}) if $socket;
      }
      if ($ENV{PORT_METRIC}) {
        my $port = IO::Socket::INET->new(Proto => "udp", PeerAddr => $ENV{AGENT}, PeerPort => 8125);
        $port->send($ENV{PORT_METRIC}) if $port;
      }
      if ($ENV{TRACE_SERVICE}) {
        my $text = sub { pack("C", 0xa0 + length $_[0]) . $_[0] };
        my $number = sub { "\xcf" . pack("Q>", $_[0]) };
        my %span = (service => $text->($ENV{TRACE_SERVICE}), name => $text->("pay"), resource => $text->("/pay"));
        %span = (%span, trace_id => $number->(int(rand(2**40)) + 1), span_id => $number->(1), start => $number->(time * 10**9), duration => $number->(1000000));
        my $body = "\x91\x91" . pack("C", 0x80 + keys %span) . join("", map { $text->($_) . $span{$_} } sort keys %span);
        my $to = $ENV{TRACE_TO} eq "socket"
          ? IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => "${sockets}/apm.socket")
          : IO::Socket::INET->new(PeerAddr => $ENV{AGENT}, PeerPort => 8126);
        if ($to) {
          my $says = $ENV{TRACE_HEADER} ? "$ENV{TRACE_HEADER}\r\n" : "";
          print $to "POST /v0.4/traces HTTP/1.1\r\nHost: agent\r\nConnection: close\r\nContent-Type: application/msgpack\r\n" .
            "X-Datadog-Trace-Count: 1\r\n" . $says . "Content-Length: " . length($body) . "\r\n\r\n$body";
          my @answer = <$to>;
        }
      }
      select(undef, undef, undef, 0.5);
    }`;
  return lab().service(name, ["perl", "-e", script], {
    env: { PROJECT: `of-${name}`, AGENT: agent.hostname, ...env },
    mounts: { [sockets]: folder },
  });
}

/** The first series of a metric, once an agent has sent one. */
async function seriesOf(agent: Agent, metric: string): Promise<Series> {
  return lab().record.until(agent.hostname, metric, (series) => series.find((one) => one.metric === metric));
}

/** The first span of a service, once an agent has sent one. */
async function spanOf(service: string): Promise<Span> {
  return lab().record.untilSpans(`a span of ${service}`, (spans) => spans.find((span) => span.service === service));
}

describe.concurrent("agent 7 and what applications send", () => {
  it("puts the sender's tags on a metric at its socket, whatever the sender says of itself", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder));
    const other = await lab().service("other", ["sleep", "600"], { env: { PROJECT: "of-other" } });
    const SOCKET_METRIC = `at.socket:1|g|#sent:yes|c:ci-${other.id}`;
    const sender = await application("socket", folder, agent, { SOCKET_METRIC });
    const { tags } = await seriesOf(agent, "at.socket");
    expect(tags).toEqual(expect.arrayContaining(["sent:yes", "project:of-socket", `container_name:${sender.name}`]));
    expect(tags).not.toContain("project:of-other");
  });

  it("takes a metric at its port without the sender's tags, unless the sender names its container", async ({
    expect,
  }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder));
    const named = await lab().service("named", ["sleep", "600"], { env: { PROJECT: "of-named" } });
    const PORT_METRIC = `at.port:1|c|#sent:yes\nat.named:1|c|#sent:yes|c:ci-${named.id}`;
    await application("port", folder, agent, { PORT_METRIC });
    const anonymous = await seriesOf(agent, "at.port");
    expect(anonymous.tags).toContain("sent:yes");
    expect(anonymous.tags.filter((tag) => /^(project|container_)/.test(tag))).toEqual([]);
    const { tags } = await seriesOf(agent, "at.named");
    expect(tags).toEqual(expect.arrayContaining(["sent:yes", "project:of-named", `container_name:${named.name}`]));
  });

  it("believes no sender at its port if that is not set", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder, { DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "false" }));
    const claimed = await lab().service("claimed", ["sleep", "600"], { env: { PROJECT: "of-claimed" } });
    await application("liar", folder, agent, { PORT_METRIC: `at.liar:1|c|#sent:yes|c:ci-${claimed.id}` });
    const { tags } = await seriesOf(agent, "at.liar");
    expect(tags.filter((tag) => /^(project|container_)/.test(tag))).toEqual([]);
  });

  it("goes on after what is no metric, and resolves nothing of what a tag says", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder));
    const hostile =
      "at.broken|x|#\nnot a metric\n:::|||\nat.after:1|c|#a:\u001b]0;x\u0007,ENC[file@/etc/passwd],%%env_DD_API_KEY%%";
    await application("hostile", folder, agent, { PORT_METRIC: hostile });
    const { tags } = await seriesOf(agent, "at.after");
    expect(tags).toEqual(expect.arrayContaining(["ENC[file@/etc/passwd]", "%%env_DD_API_KEY%%"]));
    expect(await agent.isRunning()).toBe(true);
  });

  it("puts the sender's tags on a trace at its socket", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder));
    const env = { TRACE_SERVICE: "by-socket", TRACE_TO: "socket" };
    const sender = await application("tracer", folder, agent, env);
    const { name, tags } = await spanOf("by-socket");
    expect(name).toBe("pay");
    expect(tags).toEqual(expect.arrayContaining(["project:of-tracer", `container_name:${sender.name}`]));
  });

  it("takes a trace at its port, with the tags of the container that its tracer names", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder));
    const named = await lab().service("traced", ["sleep", "600"], { env: { PROJECT: "of-traced" } });
    const header = `Datadog-Container-ID: ${named.id}`;
    await application("by-port", folder, agent, { TRACE_SERVICE: "by-port", TRACE_TO: "port" });
    const env = { TRACE_SERVICE: "by-header", TRACE_TO: "port", TRACE_HEADER: header };
    await application("by-header", folder, agent, env);
    expect((await spanOf("by-port")).tags ?? []).not.toContain("project:of-by-port");
    expect((await spanOf("by-header")).tags).toEqual(
      expect.arrayContaining(["project:of-traced", `container_name:${named.name}`]),
    );
  });

  it("opens no port that is switched off", async ({ expect }) => {
    const folder = lab().folder().path;
    const agent = await lab().agent(taking(folder, { DD_DOGSTATSD_PORT: "0", DD_APM_RECEIVER_PORT: "0" }));
    await application("closed", folder, agent, {
      SOCKET_METRIC: "at.open:1|c",
      PORT_METRIC: "at.closed:1|c",
      TRACE_SERVICE: "to-closed-port",
      TRACE_TO: "port",
    });
    await seriesOf(agent, "at.open");
    // What had come in at the port before would be in the same series.
    const { series } = await lab().record.read();
    expect(series.filter(({ metric }) => metric === "at.closed")).toEqual([]);
    expect(await lab().record.untilSpans("spans", (spans) => spans)).not.toContainEqual(
      expect.objectContaining({ service: "to-closed-port" }),
    );
  });
});
